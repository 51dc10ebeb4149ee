import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { PersonView } from '#shared/views.ts';

import { Avatar } from '../parts/Avatar.tsx';
import { RoleMark } from '../parts/RoleMark.tsx';

export const MENTION_LIST = 'mention-list';
export const mentionId = (person: PersonView): string => `mention-${person.id}`;

export type MentionListProps = { people: readonly PersonView[]; active: number; onPick: (person: PersonView) => void };

export function MentionList({ people, active, onPick }: MentionListProps): ReactElement {
  const { t } = useTranslation();
  return (
    <div
      id={MENTION_LIST}
      role="listbox"
      aria-label={t('composer.mentions')}
      tabIndex={-1}
      className="absolute start-0 bottom-full z-20 mb-1 w-full max-w-menu overflow-hidden rounded-md border border-n6 bg-n1 p-1 shadow-high"
    >
      {people.map((person, index) => (
        // oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- the text field keeps the focus and has the keys
        <div
          key={person.id}
          id={mentionId(person)}
          role="option"
          aria-selected={index === active}
          // Before the field loses the focus.
          onMouseDown={(event) => {
            event.preventDefault();
            onPick(person);
          }}
          className={`flex h-10 items-center gap-2 rounded-sm px-2 text-sm ${index === active ? 'bg-accent-tint' : 'hover:bg-n3'}`}
        >
          <Avatar person={person} />
          <bdi className="min-w-0 flex-1 truncate">{person.name}</bdi>
          <RoleMark role={person.role} word />
        </div>
      ))}
    </div>
  );
}
