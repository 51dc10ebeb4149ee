import { Archive, ArchiveRestore, BellOff, CircleCheck, Clock, MailOpen, Pin, Tag, UserPlus, UserRound } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { ConversationView } from '#shared/views.ts';

import { IconButton } from '../parts/Button.tsx';
import { withKey } from '../shortcuts/keys.ts';
import { useApp } from '../state/app.ts';
import { isolate } from '../words/sentences.ts';
import { archive, assignToMe, resolve, toggleMark, toggleUnread } from './actions.ts';

const ON = 'aria-pressed:bg-accent-soft aria-pressed:text-accent-text';
const ICON = { className: 'size-4', 'aria-hidden': true } as const;

/** What one does with the picked conversations. `staff`: who alone assign, label and resolve. */
export function BulkActions({ conversations, staff }: { conversations: readonly string[]; staff: boolean }): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const ask = (kind: 'snooze' | 'label' | 'assign'): void => app.work.getState().ask({ kind, conversations });
  return (
    <>
      <IconButton label={withKey(t('work.do.archive'), 'archive')} onClick={() => void archive(app, t, conversations)}>
        <Archive {...ICON} />
      </IconButton>
      <IconButton label={withKey(t('work.do.snooze'), 'snooze')} onClick={() => ask('snooze')}>
        <Clock {...ICON} />
      </IconButton>
      {staff && (
        <>
          <IconButton label={withKey(t('work.do.assignMe'), 'assignMe')} onClick={() => void assignToMe(app, t, conversations)}>
            <UserRound {...ICON} />
          </IconButton>
          <IconButton label={withKey(t('work.do.assign'), 'assign')} onClick={() => ask('assign')}>
            <UserPlus {...ICON} />
          </IconButton>
          <IconButton label={withKey(t('work.do.label'), 'label')} onClick={() => ask('label')}>
            <Tag {...ICON} />
          </IconButton>
          <IconButton label={withKey(t('work.do.resolve'), 'resolve')} onClick={() => void resolve(app, t, conversations)}>
            <CircleCheck {...ICON} />
          </IconButton>
        </>
      )}
      <IconButton label={withKey(t('work.do.unread'), 'unread')} onClick={() => void toggleUnread(app, t, conversations)}>
        <MailOpen {...ICON} />
      </IconButton>
      <IconButton label={withKey(t('work.do.pin'), 'pin')} onClick={() => void toggleMark(app, t, conversations, 'pin')}>
        <Pin {...ICON} />
      </IconButton>
      <IconButton label={withKey(t('work.do.mute'), 'mute')} onClick={() => void toggleMark(app, t, conversations, 'mute')}>
        <BellOff {...ICON} />
      </IconButton>
    </>
  );
}

/** The same for the open conversation, beside its title. */
export function ThreadActions({ conversation }: { conversation: ConversationView }): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const { id, own, team } = conversation;
  const conversations = [id];
  const archived = own.place === 'archived';
  return (
    <div role="group" aria-label={t('work.actions')} className="flex shrink-0 items-center">
      {team && (
        <>
          <IconButton
            label={
              team.assignee
                ? withKey(t('work.do.assigned', { name: isolate(team.assignee.name) }), 'assign')
                : withKey(t('work.do.assign'), 'assign')
            }
            aria-pressed={team.assignee !== null}
            className={ON}
            onClick={() => app.work.getState().ask({ kind: 'assign', conversations })}
          >
            {team.assignee ? <UserRound {...ICON} /> : <UserPlus {...ICON} />}
          </IconButton>
          <IconButton
            label={team.resolved ? withKey(t('work.do.reopen'), 'resolve') : withKey(t('work.do.resolve'), 'resolve')}
            aria-pressed={team.resolved !== null}
            className={ON}
            onClick={() => void resolve(app, t, conversations)}
          >
            <CircleCheck {...ICON} />
          </IconButton>
        </>
      )}
      <IconButton
        label={withKey(t('work.do.snooze'), 'snooze')}
        aria-pressed={own.place === 'snoozed'}
        className={ON}
        onClick={() => app.work.getState().ask({ kind: 'snooze', conversations })}
      >
        <Clock {...ICON} />
      </IconButton>
      <IconButton
        label={archived ? withKey(t('work.do.unarchive'), 'archive') : withKey(t('work.do.archive'), 'archive')}
        onClick={() => void archive(app, t, conversations)}
      >
        {archived ? <ArchiveRestore {...ICON} /> : <Archive {...ICON} />}
      </IconButton>
    </div>
  );
}
