import { BellOff, Clock } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { partyOf } from '#shared/roles.ts';

import { Avatar } from '../parts/Avatar.tsx';
import { RoleMark } from '../parts/RoleMark.tsx';
import { isolate, listNames } from '../words/sentences.ts';
import { clockTime, fullTime } from '../words/times.ts';
import { Attachments } from './Attachments.tsx';
import { MessageStateMark } from './MessageStateMark.tsx';
import { MessageText } from './MessageText.tsx';
import { MessageToolbar } from './MessageToolbar.tsx';
import { ChangeNotSent, NotSent } from './NotSent.tsx';
import { Quote } from './Quote.tsx';
import { Reactions } from './Reactions.tsx';
import type { RowActions } from './row-actions.ts';
import type { MessageRow as Row } from './thread-rows.ts';

export type MessageRowProps = {
  row: Row;
  me: string;
  target: boolean;
  expanded: boolean;
  /** The keyboard stands here. */
  active: boolean;
  actions: RowActions;
};

export function MessageRow({ row, me, target, expanded, active, actions }: MessageRowProps): ReactElement {
  const { t, i18n } = useTranslation();
  const { item, joined } = row;
  const { author, change } = item;
  /** Its buttons are made when somebody comes near, and stay: most rows are only read. */
  const [met, setMet] = useState(false);
  const time = clockTime(row.at, i18n.language);
  const name = item.own ? t('common.you') : author.name;
  const label = t('message.label', { name: isolate(name), role: t(`role.${partyOf(author.role)}`), time });
  return (
    <article
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the arrow keys go from message to message
      tabIndex={active ? 0 : -1}
      onPointerEnter={() => setMet(true)}
      data-testid="message"
      data-key={item.key}
      data-seq={item.seq ?? undefined}
      data-state={item.own ? item.state.kind : undefined}
      data-own={item.own}
      className={`group relative flex gap-3 px-6 outline-offset-[-2px] hover:bg-n2 focus:bg-n2 ${joined ? 'pt-0.5 pb-0.5' : 'pt-3 pb-0.5'} ${target ? 'target-row' : ''}`}
    >
      <div className="w-7 shrink-0">
        {joined ? (
          <span
            className="-ms-5 block w-12 pt-0.5 text-end text-badge whitespace-nowrap text-n10 tabular-nums opacity-0 group-hover:opacity-100 group-focus:opacity-100"
            aria-hidden="true"
          >
            {time}
          </span>
        ) : (
          <Avatar person={author} />
        )}
      </div>
      <div className="min-w-0 flex-1">
        {!joined && (
          <header className="flex items-baseline gap-2">
            <bdi className="min-w-0 truncate text-sm font-semibold" title={author.name}>
              {name}
            </bdi>
            <RoleMark role={author.role} word />
            <time
              dateTime={new Date(row.at).toISOString()}
              title={fullTime(row.at, i18n.language)}
              className="shrink-0 text-xs text-n11 tabular-nums"
            >
              {time}
            </time>
          </header>
        )}
        {item.removed ? (
          <p className="flex items-center gap-2 text-base text-n11 italic">
            {t('message.removed')}
            {change && change.state.kind !== 'sent' && (
              <span className="inline-flex items-center gap-1 text-xs not-italic">
                <Clock className="size-3 text-amber" aria-hidden="true" />
                {t('message.changeWaits')}
              </span>
            )}
          </p>
        ) : (
          <>
            {item.replyTo && <Quote reply={item.replyTo} active={active} />}
            {item.text !== '' && (
              <MessageText item={item} me={me} expanded={expanded} onToggle={() => actions.toggle(item.key)} />
            )}
            <Attachments item={item} onView={actions.view} />
            {item.unreached && (
              <p className="mt-0.5 flex items-start gap-1 text-xs text-n11" data-testid="unreached">
                <BellOff className="mt-0.5 size-3 shrink-0" aria-hidden="true" />
                {t('message.unreached', { count: item.unreached.length, names: listNames(item.unreached, i18n.language) })}
              </p>
            )}
            <Reactions item={item} active={active} actions={actions} />
          </>
        )}
        {item.state.kind === 'not-sent' && <NotSent item={item} rule={item.state.rule} />}
        {change?.state.kind === 'not-sent' && <ChangeNotSent item={item} change={change} rule={change.state.rule} />}
      </div>
      <div className="flex min-w-6 shrink-0 items-start justify-end pt-0.5">
        {item.own && !item.removed && <MessageStateMark item={item} readers={row.readers} actions={actions} />}
      </div>
      {(met || active) && !item.removed && item.state.kind !== 'not-sent' && (
        <MessageToolbar item={item} name={name} active={active} actions={actions} />
      )}
    </article>
  );
}
