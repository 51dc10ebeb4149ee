import { Undo2 } from 'lucide-react';
import { memo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../parts/Button.tsx';
import { useApp, useSlice } from '../state/app.ts';
import { heldKey, sendNow, undo } from '../state/message-actions.ts';
import { focusOn } from '../state/navigate.ts';

/** What goes out in a few seconds can be taken back. It lies over the end of the list, so that nothing moves. */
export const UndoBar = memo(function UndoBar(): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const key = useSlice('thread', ({ shown }) => (shown.kind === 'open' ? heldKey(shown.items) : null));
  const removal = useSlice(
    'thread',
    ({ shown }) => shown.kind === 'open' && shown.items.some((item) => item.kind === 'message' && item.change?.key === key),
  );
  return (
    <div role="status" className="pointer-events-none absolute inset-x-0 bottom-full z-10 flex justify-center pb-1">
      {key !== null && (
        <div className="pointer-events-auto flex items-center gap-2 rounded-md border border-n6 bg-n1 py-1 ps-3 pe-1 text-sm shadow-high">
          <span>{removal ? t('undo.removed') : t('undo.sending')}</span>
          <Button
            small
            onClick={() => {
              undo(app, key);
              focusOn('composer');
            }}
          >
            <Undo2 className="size-3.5" aria-hidden="true" />
            {t('undo.undo')}
          </Button>
          {!removal && (
            <Button
              small
              kind="quiet"
              onClick={() => {
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
