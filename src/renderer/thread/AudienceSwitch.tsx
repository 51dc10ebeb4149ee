import { Lock, Users } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { ThreadName } from '#shared/ids.ts';
import type { ConversationView } from '#shared/views.ts';

import { useApp } from '../state/app.ts';
import { switchThread } from '../state/navigate.ts';

/** Who reads what one writes, and which thread one sees. For the agency's staff alone: nobody else has notes. */
export function AudienceSwitch({ conversation, thread }: { conversation: ConversationView; thread: ThreadName }): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const { unread } = conversation;
  const shape = 'inline-flex h-6 items-center gap-1 rounded-sm px-2 text-xs font-medium';
  const option = (name: ThreadName): ReactElement => {
    const on = name === thread;
    const count = on ? 0 : (unread?.[name] ?? 0);
    const look = !on
      ? 'text-n11 hover:bg-n3 hover:text-n12'
      : name === 'team'
        ? 'bg-amber-tint text-amber ring-1 ring-amber-line'
        : 'bg-n1 text-n12 ring-1 ring-n6';
    const Icon = name === 'team' ? Lock : Users;
    return (
      <button
        type="button"
        role="radio"
        aria-checked={on}
        tabIndex={on ? 0 : -1}
        title={name === 'team' ? t('audience.teamHint') : t('audience.everyoneHint')}
        onClick={() => !on && switchThread(app, name)}
        className={`${shape} ${look}`}
      >
        <Icon className="size-3 shrink-0" aria-hidden="true" />
        {name === 'team' ? t('composer.team') : t('composer.everyone')}
        {count > 0 && (
          <span className="rounded-full bg-accent px-1 text-badge text-on-accent tabular-nums" data-testid={`unread-${name}`}>
            <span aria-hidden="true">{count}</span>
            <span className="sr-only">{t('inbox.unread', { count })}</span>
          </span>
        )}
      </button>
    );
  };
  return (
    // oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- its two choices have the focus
    <div
      role="radiogroup"
      aria-label={t('audience.label')}
      className="flex shrink-0 gap-0.5 rounded-sm bg-n3 p-0.5"
      onKeyDown={(event) => {
        if (!event.key.startsWith('Arrow')) return;
        event.preventDefault();
        event.stopPropagation();
        switchThread(app, thread === 'team' ? 'all' : 'team');
      }}
    >
      {option('all')}
      {option('team')}
    </div>
  );
}
