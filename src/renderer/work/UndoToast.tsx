import { Undo2, X } from 'lucide-react';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../parts/Button.tsx';
import { keysOf } from '../shortcuts/keys.ts';
import { useApp, useSlice } from '../state/app.ts';
import { focusOn } from '../state/navigate.ts';

const SHOWN_MS = 8_000;

/** What was done last, for a while, with its way back. Under the pointer, or with the keyboard on it, it stays. */
export function UndoToast(): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const done = useSlice('work', (state) => state.done);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!done || held) return undefined;
    const timer = setTimeout(() => app.work.getState().forget(), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [app, done, held]);
  const toast = useRef<HTMLDivElement>(null);
  /** Whoever came here by keyboard goes on in the list; everybody else stays where they are. */
  const leave = (): void => {
    setHeld(false);
    if (toast.current?.contains(document.activeElement)) focusOn('inbox');
  };
  return (
    <section aria-label={t('work.toast')} className="pointer-events-none fixed start-18 bottom-4 z-50 max-w-panel">
      <div role="status" aria-live="polite">
        {done && (
          <span className="sr-only">
            {done.undo ? t('work.toldUndo', { key: keysOf('undoChange')[0], text: done.text }) : done.text}
          </span>
        )}
      </div>
      {done && (
        // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- it stays while somebody is at it; its buttons have the actions
        <div
          ref={toast}
          className="pointer-events-auto flex items-center gap-3 rounded-md bg-n12 py-2 ps-4 pe-2 text-sm text-n1 shadow-high"
          onMouseDown={(event) => event.preventDefault()}
          onPointerEnter={() => setHeld(true)}
          onPointerLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={() => setHeld(false)}
          data-testid="toast"
        >
          <span aria-hidden="true" className="min-w-0 truncate" title={done.text}>
            {done.text}
          </span>
          {done.undo && (
            <Button
              small
              onClick={() => {
                leave();
                void done.undo?.();
              }}
            >
              <Undo2 className="size-3.5 rtl:-scale-x-100" aria-hidden="true" />
              {t('work.undo')}
            </Button>
          )}
          <button
            type="button"
            aria-label={t('common.close')}
            title={t('common.close')}
            className="inline-flex size-6 shrink-0 items-center justify-center rounded-sm text-n6 hover:bg-n11 hover:text-n1"
            onClick={() => {
              leave();
              app.work.getState().forget();
            }}
          >
            <X className="size-3.5" aria-hidden="true" />
          </button>
        </div>
      )}
    </section>
  );
}
