import { Popover } from '@base-ui/react/popover';
import { CheckCheck } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { MessageView, PersonView } from '#shared/views.ts';

import { Avatar, Face } from '../parts/Avatar.tsx';
import { Hint } from '../parts/Button.tsx';
import { RoleMark } from '../parts/RoleMark.tsx';
import { useSlice } from '../state/app.ts';
import { listNames } from '../words/sentences.ts';
import { moment } from '../words/times.ts';
import { StateIcon } from './StateIcon.tsx';
import type { Readers } from './thread-rows.ts';

const FACES = 3;

/** Drawn only while it is open. */
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

function ReadBy({ readers }: { readers: Readers }): ReactElement {
  const { t, i18n } = useTranslation();
  const names = listNames(
    readers.all.map((person) => person.name),
    i18n.language,
  );
  return (
    <Popover.Root>
      <Popover.Trigger
        data-testid="read-by"
        aria-label={t('message.readBy', { count: readers.all.length, names })}
        className="inline-flex h-5 items-center gap-1 rounded-sm text-accent-text hover:bg-n4"
      >
        {readers.faces.length > 0 && (
          <span className="flex -space-x-1">
            {readers.faces.slice(0, FACES).map((person) => (
              <Face key={person.id} person={person} />
            ))}
          </span>
        )}
        <CheckCheck className="size-3.5" aria-hidden="true" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner side="top" align="end" sideOffset={4} className="z-50">
          <Popover.Popup className="max-w-menu rounded-md border border-n6 bg-n1 p-3 shadow-high outline-none">
            <Popover.Title className="text-xs font-medium text-n11">{t('message.readByTitle')}</Popover.Title>
            <ReadTimes people={readers.all} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** Where an own message stands, at the right edge of its row. */
export function MessageStateMark({ item, readers }: { item: MessageView; readers: Readers }): ReactElement {
  const { t } = useTranslation();
  const { kind } = item.state;
  if (kind === 'sent' && readers.all.length > 0) return <ReadBy readers={readers} />;
  // What was not sent is said in words below the text.
  if (kind === 'not-sent') return <StateIcon kind={kind} />;
  return (
    <Hint text={t(`message.${kind}`)} side="top">
      <span className="inline-flex h-5 items-center">
        <StateIcon kind={kind} />
        <span className="sr-only">{t(`message.${kind}`)}</span>
      </span>
    </Hint>
  );
}
