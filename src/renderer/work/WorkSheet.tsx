import { useRef, type ComponentType, type ReactElement, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';

import { Sheet } from '../parts/Sheet.tsx';
import { useApp, useSlice } from '../state/app.ts';

/** What is done with the conversations that were asked for; `start`: goes to what has the focus first. */
export type Asked<E extends HTMLElement> = { conversations: readonly string[]; start: RefObject<E | null> };

/** The dialog of one kind of work. What is in it begins anew each time. */
export function WorkSheet<E extends HTMLElement>({
  kind,
  body: Body,
}: {
  kind: 'assign' | 'label' | 'snooze';
  body: ComponentType<Asked<E>>;
}): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const open = useSlice('work', (state) => state.dialog?.kind === kind);
  const asked = useSlice('work', (state) => state.asked);
  const start = useRef<E>(null);
  return (
    <Sheet
      open={open}
      onClose={() => app.work.getState().close()}
      title={t(`work.${kind}.title`, { count: asked?.conversations.length ?? 1 })}
      start={start}
      about={t(`work.${kind}.about`)}
    >
      {open && asked && <Body conversations={asked.conversations} start={start} />}
    </Sheet>
  );
}
