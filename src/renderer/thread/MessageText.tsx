import { Clock } from 'lucide-react';
import { useMemo, type MouseEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { MessageView } from '#shared/views.ts';

import { useApp } from '../state/app.ts';
import { textBlocks, type Block, type Inline } from './text-blocks.ts';
import { isLong } from './text-parts.ts';

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

function Part({ part, me }: { part: Inline; me: string }): ReactElement {
  switch (part.kind) {
    case 'text':
      return <span>{part.text}</span>;
    case 'link':
      return <Link url={part.url} text={part.text} />;
    case 'mention':
      return (
        <bdi
          className={`rounded-xs px-0.5 font-medium ${part.person.id === me ? 'bg-accent text-on-accent' : 'bg-accent-tint text-accent-text'}`}
        >
          {part.text}
        </bdi>
      );
    case 'code':
      return (
        <code dir="ltr" className="rounded-xs border border-n5 bg-n3 px-1 font-mono text-sm">
          {part.text}
        </code>
      );
    case 'strong':
      return (
        <strong className="font-semibold">
          <Parts inline={part.children} me={me} />
        </strong>
      );
    case 'em':
      return (
        <em>
          <Parts inline={part.children} me={me} />
        </em>
      );
    case 'strike':
      return (
        <s className="text-n11">
          <Parts inline={part.children} me={me} />
        </s>
      );
  }
}

function Parts({ inline, me }: { inline: readonly Inline[]; me: string }): ReactElement {
  return (
    <>
      {inline.map((part) => (
        <Part key={part.at} part={part} me={me} />
      ))}
    </>
  );
}

function TextBlock({ block, me }: { block: Block; me: string }): ReactElement {
  switch (block.kind) {
    case 'text':
      return <Parts inline={block.inline} me={me} />;
    case 'code':
      return (
        <pre
          dir="ltr"
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reachable by keyboard
          tabIndex={0}
          className="my-1 overflow-x-auto rounded-sm border border-n5 bg-n2 px-3 py-2 font-mono text-sm whitespace-pre"
        >
          <code>{block.text}</code>
        </pre>
      );
    case 'list':
      return (
        <ul className="my-1">
          {block.items.map((item) => (
            <li key={item.at} dir="auto" className="flex gap-2">
              <span className="min-w-4 shrink-0 text-end text-n11 tabular-nums">{item.marker}</span>
              <span className="min-w-0 flex-1">
                <Parts inline={item.inline} me={me} />
              </span>
            </li>
          ))}
        </ul>
      );
  }
}

export type MessageTextProps = { item: MessageView; me: string; expanded: boolean; onToggle: () => void };

export function MessageText({ item, me, expanded, onToggle }: MessageTextProps): ReactElement {
  const { t } = useTranslation();
  const blocks = useMemo(() => textBlocks(item.text, item.mentions), [item.text, item.mentions]);
  const long = isLong(item.text);
  const waits = item.change?.kind === 'edit' && item.change.state.kind !== 'not-sent';
  return (
    <>
      <div dir="auto" className={`written w-fit max-w-text text-base ${long && !expanded ? 'clamped' : ''}`}>
        {blocks.map((block) => (
          <TextBlock key={block.at} block={block} me={me} />
        ))}
        {item.edited && (
          <span className="ms-1 inline-flex items-center gap-1 text-xs text-n11">
            ({t('message.edited')})
            {waits && (
              <>
                <Clock className="size-3 text-amber" aria-hidden="true" />
                <span className="sr-only">{t('message.changeWaits')}</span>
              </>
            )}
          </span>
        )}
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
