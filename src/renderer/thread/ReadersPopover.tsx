import { Popover } from '@base-ui/react/popover';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { PersonView } from '#shared/views.ts';

import { Avatar } from '../parts/Avatar.tsx';
import { RoleMark } from '../parts/RoleMark.tsx';
import { useSlice } from '../state/app.ts';
import { moment } from '../words/times.ts';

function ReadTimes({ people }: { people: readonly PersonView[] }): ReactElement {
  const { i18n } = useTranslation();
  const now = useSlice('clock', (clock) => clock.now);
  const reads = useSlice('thread', ({ shown }) => (shown.kind === 'open' ? shown.conversation.reads : null));
  return (
    <ul className="mt-2 flex flex-col gap-2">
      {people.map((person) => {
        const at = reads?.find((read) => read.person.id === person.id)?.at;
        return (
          <li key={person.id} className="flex items-center gap-2 text-sm">
            <Avatar person={person} />
            <bdi className="min-w-0 flex-1 truncate">{person.name}</bdi>
            <RoleMark role={person.role} />
            {at !== undefined && <span className="text-xs text-n11 tabular-nums">{moment(at, now, i18n.language)}</span>}
          </li>
        );
      })}
    </ul>
  );
}

/** Who read a message, and when, beside its mark; `null` anchor: closed. */
export function ReadersPopover({
  anchor,
  people,
  onClose,
}: {
  anchor: Element | null;
  people: readonly PersonView[];
  onClose: () => void;
}): ReactElement {
  const { t } = useTranslation();
  return (
    <Popover.Root open={anchor !== null} onOpenChange={(open) => !open && onClose()}>
      <Popover.Portal>
        <Popover.Positioner anchor={anchor} side="top" align="end" sideOffset={4} collisionPadding={8} className="z-50">
          <Popover.Popup
            finalFocus={() => (anchor instanceof HTMLElement ? anchor : true)}
            className="max-w-menu rounded-md border border-n6 bg-n1 p-3 shadow-high outline-none"
          >
            <Popover.Title className="text-xs font-medium text-n11">{t('message.readByTitle')}</Popover.Title>
            <ReadTimes people={people} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
