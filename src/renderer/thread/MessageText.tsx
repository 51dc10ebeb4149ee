import { useMemo, type MouseEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { MessageView } from '#shared/views.ts';

import { useApp } from '../state/app.ts';
import { isLong, textParts } from './text-parts.ts';

function Link({ url, text }: { url: string; text: string }): ReactElement {
  const { connection } = useApp();
  const open = (event: MouseEvent): void => {
    event.preventDefault();
    // A link that the system can't open stays readable and can be copied.
    if (event.button <= 1) connection.send('link.open', { url }).catch(() => undefined);
  };
  return (
    <a
      href={url}
      title={url}
      dir="ltr"
      rel="noopener noreferrer"
      onClick={open}
      onAuxClick={open}
      className="text-accent-text underline decoration-n7 underline-offset-2 hover:decoration-current"
    >
      {text}
    </a>
  );
}

export type MessageTextProps = { item: MessageView; me: string; expanded: boolean; onToggle: () => void };

export function MessageText({ item, me, expanded, onToggle }: MessageTextProps): ReactElement {
  const { t } = useTranslation();
  const parts = useMemo(() => textParts(item.text, item.mentions), [item.text, item.mentions]);
  const long = isLong(item.text);
  return (
    <>
      <div dir="auto" className={`written w-fit max-w-text text-base ${long && !expanded ? 'clamped' : ''}`}>
        {parts.map((part) =>
          part.kind === 'text' ? (
            <span key={part.at}>{part.text}</span>
          ) : part.kind === 'link' ? (
            <Link key={part.at} url={part.url} text={part.text} />
          ) : (
            <bdi
              key={part.at}
              className={`rounded-xs px-0.5 font-medium ${part.person.id === me ? 'bg-accent text-on-accent' : 'bg-accent-tint text-accent-text'}`}
            >
              {part.text}
            </bdi>
          ),
        )}
        {item.edited && <span className="ms-1 text-xs text-n11">({t('message.edited')})</span>}
      </div>
      {long && (
        <button
          type="button"
          onClick={onToggle}
          aria-expanded={expanded}
          className="mt-1 text-sm font-medium text-accent-text hover:underline"
        >
          {expanded ? t('message.showLess') : t('message.showAll')}
        </button>
      )}
    </>
  );
}
