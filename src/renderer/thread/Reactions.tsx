import { Clock, SmilePlus } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { MessageView } from '#shared/views.ts';

import { listNames } from '../words/sentences.ts';
import type { RowActions } from './row-actions.ts';

/** What people said with one sign; a press says the same, or takes one's own away. */
export function Reactions({
  item,
  active,
  actions,
}: {
  item: MessageView;
  active: boolean;
  actions: RowActions;
}): ReactElement | null {
  const { t, i18n } = useTranslation();
  if (item.reactions.length === 0) return null;
  const tab = active ? 0 : -1;
  return (
    <ul className="mt-1 flex flex-wrap gap-1">
      {item.reactions.map(({ emoji, people, own, waits }) => {
        const names = listNames(
          people.map((person) => person.name),
          i18n.language,
        );
        const label = t('message.reaction', { emoji, names });
        return (
          <li key={emoji}>
            <button
              type="button"
              tabIndex={tab}
              aria-pressed={own}
              aria-label={waits ? `${label} ${t('message.reactionWaits')}` : label}
              title={names}
              onClick={() => actions.react(item, emoji)}
              className={`flex h-6 items-center gap-1 rounded-full border px-2 text-xs tabular-nums ${own ? 'border-accent bg-accent-tint font-medium text-accent-text' : 'border-n6 bg-n2 text-n11 hover:border-n8'}`}
            >
              <span aria-hidden="true">{emoji}</span>
              <span aria-hidden="true">{people.length}</span>
              {waits && <Clock className="size-3 text-amber" aria-hidden="true" />}
            </button>
          </li>
        );
      })}
      <li className="opacity-0 group-hover:opacity-100 group-focus:opacity-100 focus-within:opacity-100">
        <button
          type="button"
          tabIndex={tab}
          aria-label={t('message.react')}
          title={t('message.react')}
          onClick={(event) => actions.show('emoji', item, event.currentTarget)}
          className="flex h-6 items-center rounded-full border border-n6 bg-n1 px-2 text-n11 hover:border-n8"
        >
          <SmilePlus className="size-3.5" aria-hidden="true" />
        </button>
      </li>
    </ul>
  );
}
