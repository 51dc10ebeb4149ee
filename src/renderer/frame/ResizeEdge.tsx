import { useRef, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { useApp, useSlice } from '../state/app.ts';
import { INBOX_WIDTH } from '../state/ui-store.ts';

const STEP = 16;

function direction(element: Element): number {
  return getComputedStyle(element).direction === 'rtl' ? -1 : 1;
}

/** The edge between inbox and thread: dragged, or moved by arrow keys. */
export function ResizeEdge(): ReactElement {
  const { t } = useTranslation();
  const { ui } = useApp();
  const width = useSlice('ui', (state) => state.inboxWidth);
  const from = useRef<{ x: number; width: number } | null>(null);

  const drag = (event: PointerEvent<HTMLElement>): void => {
    if (!from.current) return;
    ui.getState().setInboxWidth(from.current.width + (event.clientX - from.current.x) * direction(event.currentTarget));
  };
  const press = (event: KeyboardEvent<HTMLElement>): void => {
    const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    ui.getState().setInboxWidth(width + step * direction(event.currentTarget));
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a separator that is focusable is a widget (WAI-ARIA)
    <div
      role="separator"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- likewise
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t('inbox.resize')}
      aria-valuenow={width}
      aria-valuemin={INBOX_WIDTH.least}
      aria-valuemax={INBOX_WIDTH.most}
      className="resize-edge absolute inset-y-0 end-0 z-10 max-two:hidden"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { x: event.clientX, width };
      }}
      onPointerMove={drag}
      onPointerUp={() => {
        from.current = null;
      }}
      onDoubleClick={() => ui.getState().setInboxWidth(INBOX_WIDTH.usual)}
      onKeyDown={press}
    />
  );
}
