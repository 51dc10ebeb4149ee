import { Undo2 } from 'lucide-react';
import { memo, useEffect, useRef, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../parts/Button.tsx';
import { useApp, useSlice } from '../state/app.ts';
import { heldIn, sendNow, undo, type Held } from '../state/message-actions.ts';
import { focusOn, openThread } from '../state/navigate.ts';
import { samePlace } from '../state/thread-store.ts';
import { isolate } from '../words/sentences.ts';

/** What one can take back here; on leaving for another thread it goes along, for as long as it can be. */
function useHeld(): { held: Held | null; elsewhere: boolean } {
  const app = useApp();
  const key = useSlice('thread', ({ shown }) => heldIn(shown)?.key ?? null);
  const left = useSlice('ui', (state) => state.leftBehind);
  const place = useSlice('thread', ({ shown }) => (shown.kind === 'open' ? shown.place : null));
  const last = useRef<Held | null>(null);
  useEffect(() => {
    last.current = key === null ? null : heldIn(app.thread.getState().shown);
  }, [app, key]);
  useEffect(
    () => () => {
      if (last.current) app.ui.setState({ leftBehind: last.current });
    },
    [app],
  );
  useEffect(() => {
    if (!left) return;
    const timer = window.setTimeout(() => app.ui.setState({ leftBehind: null }), Math.max(0, left.until - Date.now()));
    return () => window.clearTimeout(timer);
  }, [app, left]);
  if (key !== null) return { held: heldIn(app.thread.getState().shown), elsewhere: false };
  const elsewhere = left !== null && place !== null && !samePlace(left.place, place);
  return { held: elsewhere ? left : null, elsewhere };
}

/** What goes out in a few seconds can be taken back. It lies over the end of the list, so that nothing moves. */
export const UndoBar = memo(function UndoBar(): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const { held, elsewhere } = useHeld();
  const takeBack = ({ key, place }: Held): void => {
    app.ui.setState({ leftBehind: null });
    undo(app, key, place);
    if (elsewhere) openThread(app, place);
    else focusOn('composer');
  };
  const words = (about: Held): string => {
    if (about.removal) return t('undo.removed');
    return elsewhere ? t('undo.elsewhere', { title: isolate(about.title) }) : t('undo.sending');
  };
  return (
    <div role="status" className="pointer-events-none absolute inset-x-0 bottom-full z-10 flex justify-center px-4 pb-1">
      {held !== null && (
        <div className="pointer-events-auto flex max-w-full items-center gap-2 rounded-md border border-n6 bg-n1 py-1 ps-3 pe-1 text-sm shadow-high">
          <span className="min-w-0 truncate">{words(held)}</span>
          <Button small onClick={() => takeBack(held)}>
            <Undo2 className="size-3.5 rtl:-scale-x-100" aria-hidden="true" />
            {t('undo.undo')}
          </Button>
          {!held.removal && (
            <Button
              small
              kind="quiet"
              onClick={() => {
                app.ui.setState({ leftBehind: null });
                sendNow(app);
                focusOn('composer');
              }}
            >
              {t('undo.now')}
            </Button>
          )}
        </div>
      )}
    </div>
  );
});
