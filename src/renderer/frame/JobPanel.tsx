import { X } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { isStaff } from '#shared/roles.ts';

import { Avatar } from '../parts/Avatar.tsx';
import { IconButton } from '../parts/Button.tsx';
import { RoleMark } from '../parts/RoleMark.tsx';
import { useApp, useSlice } from '../state/app.ts';
import type { OpenThread } from '../state/thread-store.ts';
import { FilesSection } from '../thread/FilesSection.tsx';
import type { ParticipantView } from '../thread/people.ts';
import { moment } from '../words/times.ts';
import { JobActions } from './JobActions.tsx';

function Fact({ label, children }: { label: string; children: ReactNode }): ReactElement {
  return (
    <div className="mt-3">
      <dt className="text-xs text-n11">{label}</dt>
      <dd className="written one-edge text-base text-n12">{children}</dd>
    </div>
  );
}

function startDay(day: string, language: string): string {
  // A date without a time: read as that day here, not as midnight in Greenwich.
  const [year, month, date] = day.split('-').map(Number);
  if (!year || !month || !date) return day;
  return new Date(year, month - 1, date).toLocaleDateString(language, { dateStyle: 'full' });
}

export function JobPanel({ shown, me }: { shown: OpenThread; me: string }): ReactElement {
  const { t, i18n } = useTranslation();
  const app = useApp();
  const now = useSlice('clock', (clock) => clock.now);
  const { job, participants, reads, locks } = shown.conversation;
  const readLine = (person: ParticipantView): string => {
    if (person.account === me) return t('common.you');
    if (shown.place.thread === 'team' && !isStaff(person.role)) return t('job.noNotes');
    const read = reads.find((cursor) => cursor.person.id === person.account);
    if (!read || read.seq === 0) return t('job.notRead');
    return read.seq >= shown.newest ? t('job.readUpTo') : t('job.readAt', { time: moment(read.at, now, i18n.language) });
  };
  return (
    <section
      aria-label={t('job.title')}
      className="job-pane z-20 shrink-0 overflow-y-auto border-s border-n5 bg-n1 p-4 max-three:absolute max-three:inset-y-0 max-three:end-0 max-three:shadow-high"
    >
      <header className="flex items-center">
        <h2 className="flex-1 text-sm font-semibold">{t('job.title')}</h2>
        <IconButton label={t('job.close')} className="-me-2" onClick={() => app.ui.getState().toggleJobPanel()}>
          <X className="size-4" aria-hidden="true" />
        </IconButton>
      </header>
      <p dir="auto" className="written one-edge mt-2 text-lg font-semibold">
        {job.title}
      </p>
      {locks.map((lock) => (
        <p key={lock} className="mt-2 rounded-sm bg-amber-tint px-3 py-2 text-sm text-amber">
          {t(`lock.${lock}`)}
        </p>
      ))}
      <dl>
        <Fact label={t('job.status')}>{t(`jobStatus.${job.status}`)}</Fact>
        <Fact label={t('job.number')}>{job.number}</Fact>
        <Fact label={t('job.where')}>{job.location ?? <span className="text-n11">{t('job.noWhere')}</span>}</Fact>
        <Fact label={t('job.when')}>
          {job.startsOn ? startDay(job.startsOn, i18n.language) : <span className="text-n11">{t('job.noWhen')}</span>}
        </Fact>
      </dl>
      <JobActions key={shown.conversation.id} shown={shown} me={me} />
      <h3 className="mt-6 text-xs text-n11">{t('job.people')}</h3>
      <ul className="mt-2 flex flex-col gap-3">
        {participants.map((person) => (
          <li key={person.account} className="flex items-center gap-3">
            <Avatar person={{ id: person.account, name: person.name, role: person.role }} />
            <div className="min-w-0">
              <p className="flex items-center gap-2 text-sm">
                <bdi className="truncate font-medium" title={person.name}>
                  {person.name}
                </bdi>
                <RoleMark role={person.role} word />
              </p>
              <p className="text-xs text-n11">{person.left ? t('thread.left') : readLine(person)}</p>
            </div>
          </li>
        ))}
      </ul>
      <FilesSection key={`${shown.place.conversation}/${shown.place.thread}`} shown={shown} />
    </section>
  );
}
