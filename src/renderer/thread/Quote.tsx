import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { MessageView } from '#shared/views.ts';

import { useApp } from '../state/app.ts';
import { goToKey } from '../state/thread-moves.ts';
import { isolate } from '../words/sentences.ts';

/** What a message answers; a press goes there. */
export function Quote({ reply, active }: { reply: NonNullable<MessageView['replyTo']>; active: boolean }): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const name = reply.author ? reply.author.name : t('common.somebody');
  return (
    <button
      type="button"
      tabIndex={active ? 0 : -1}
      onClick={() => void goToKey(app, reply.key)}
      className="mt-0.5 mb-1 block max-w-text rounded-xs border-s-2 border-n7 ps-3 pe-2 text-start hover:border-accent-text hover:bg-n3"
    >
      <span className="block text-xs font-medium text-n11">
        <span className="sr-only">{t('message.quoteOf', { name: isolate(name) })}</span>
        <bdi aria-hidden="true">{name}</bdi>
      </span>
      <span dir="auto" className="written line-clamp-2 text-sm text-n11">
        {reply.excerpt || t('message.quoteEmpty')}
      </span>
    </button>
  );
}
