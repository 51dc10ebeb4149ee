import { Reply } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { partyOf } from '#shared/roles.ts';
import type { MessageView } from '#shared/views.ts';

import { Avatar } from '../parts/Avatar.tsx';
import { IconButton } from '../parts/Button.tsx';
import { RoleMark } from '../parts/RoleMark.tsx';
import { isolate, listNames } from '../words/sentences.ts';
import { clockTime, fullTime } from '../words/times.ts';
import { Attachments } from './Attachments.tsx';
import { MessageStateMark } from './MessageStateMark.tsx';
import { MessageText } from './MessageText.tsx';
import { NotSent } from './NotSent.tsx';
import type { MessageRow as Row } from './thread-rows.ts';

export type MessageRowProps = {
  row: Row;
  me: string;
  target: boolean;
  expanded: boolean;
  onToggle: (key: string) => void;
  onReply: (item: MessageView) => void;
};

function Quote({ reply }: { reply: NonNullable<MessageView['replyTo']> }): ReactElement {
  const { t } = useTranslation();
  const name = reply.author ? reply.author.name : t('common.somebody');
  return (
    <div className="mt-0.5 mb-1 max-w-text border-s-2 border-n7 ps-3">
      <p className="text-xs font-medium text-n11">
        <span className="sr-only">{t('message.quoteOf', { name: isolate(name) })}</span>
        <bdi aria-hidden="true">{name}</bdi>
      </p>
      <p dir="auto" className="written line-clamp-2 text-sm text-n11">
        {reply.excerpt}
      </p>
    </div>
  );
}

function Reactions({ item }: { item: MessageView }): ReactElement | null {
  const { t, i18n } = useTranslation();
  if (item.reactions.length === 0) return null;
  return (
    <ul className="mt-1 flex flex-wrap gap-1">
      {item.reactions.map(({ emoji, people, own }) => {
        const names = listNames(
          people.map((person) => person.name),
          i18n.language,
        );
        return (
          <li
            key={emoji}
            title={names}
            className={`flex h-6 items-center gap-1 rounded-full border px-2 text-xs tabular-nums ${own ? 'border-accent bg-accent-tint text-accent-text' : 'border-n6 bg-n2 text-n11'}`}
          >
            <span className="sr-only">{t('message.reaction', { emoji, names })}</span>
            <span aria-hidden="true">{emoji}</span>
            <span aria-hidden="true">{people.length}</span>
          </li>
        );
      })}
    </ul>
  );
}

export function MessageRow({ row, me, target, expanded, onToggle, onReply }: MessageRowProps): ReactElement {
  const { t, i18n } = useTranslation();
  const { item, joined } = row;
  const { author } = item;
  const time = clockTime(row.at, i18n.language);
  const name = item.own ? t('common.you') : author.name;
  const label = t('message.label', { name: isolate(name), role: t(`role.${partyOf(author.role)}`), time });
  return (
    <article
      aria-label={label}
      data-testid="message"
      data-key={item.key}
      data-seq={item.seq ?? undefined}
      data-state={item.own ? item.state.kind : undefined}
      data-own={item.own}
      className={`group relative flex gap-3 px-6 hover:bg-n2 ${joined ? 'pt-0.5 pb-0.5' : 'pt-3 pb-0.5'} ${target ? 'target-row' : ''}`}
    >
      <div className="w-7 shrink-0">
        {joined ? (
          <span
            className="-ms-5 block w-12 pt-0.5 text-end text-badge whitespace-nowrap text-n10 tabular-nums opacity-0 group-hover:opacity-100"
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
          <p className="text-base text-n11 italic">{t('message.removed')}</p>
        ) : (
          <>
            {item.replyTo && <Quote reply={item.replyTo} />}
            {item.text !== '' && <MessageText item={item} me={me} expanded={expanded} onToggle={() => onToggle(item.key)} />}
            <Attachments files={item.attachments} />
            <Reactions item={item} />
          </>
        )}
        {item.state.kind === 'not-sent' && <NotSent item={item} rule={item.state.rule} />}
      </div>
      <div className="flex min-w-6 shrink-0 items-start justify-end pt-0.5">
        {item.own && !item.removed && <MessageStateMark item={item} readers={row.readers} />}
      </div>
      {!item.removed && item.seq !== null && (
        <div className="absolute end-12 -top-2 rounded-sm border border-n6 bg-n1 opacity-0 shadow-low group-hover:opacity-100 focus-within:opacity-100">
          <IconButton label={t('message.replyTo', { name })} side="top" className="size-7" onClick={() => onReply(item)}>
            <Reply className="size-4" aria-hidden="true" />
          </IconButton>
        </div>
      )}
    </article>
  );
}
