import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { MessageView } from '#shared/views.ts';
import type { RefusalRule } from '#shared/wire.ts';

import { wordsOf } from '../connect.ts';
import { Button } from '../parts/Button.tsx';
import { useApp } from '../state/app.ts';
import { beginEdit } from '../state/message-actions.ts';
import { focusOn } from '../state/navigate.ts';
import { listNames } from '../words/sentences.ts';
import { DiscardButton } from './DiscardButton.tsx';

/** Why a message was not sent, and what one can do. */
export function NotSent({ item, rule }: { item: MessageView; rule: RefusalRule }): ReactElement {
  const { t, i18n } = useTranslation();
  const app = useApp();
  const refused = item.attachments.filter((file) => file.refused !== undefined);
  const [failure, setFailure] = useState<string | null>(null);
  const ask = (work: Promise<unknown>): void => {
    setFailure(null);
    work.catch((error: unknown) => setFailure(wordsOf(error)));
  };
  return (
    <div className="mt-1 flex flex-wrap items-center gap-2" data-testid="not-sent">
      <p className="text-sm text-red">
        {refused.length > 0 && rule === 'attachment'
          ? t('upload.notSent', {
              names: listNames(
                refused.map((file) => file.name),
                i18n.language,
              ),
              count: refused.length,
            })
          : t('inbox.notSentWhy', { why: t(`refused.${rule}`) })}
      </p>
      <span className="flex gap-2">
        <Button small onClick={() => ask(app.connection.send('message.retry', { key: item.key }))}>
          {t('common.retry')}
        </Button>
        {refused.length > 0 && (item.text.trim() !== '' || refused.length < item.attachments.length) && (
          <Button
            small
            onClick={() => ask(app.connection.send('message.retry', { key: item.key, without: refused.map((file) => file.id) }))}
          >
            {t('upload.without', { count: refused.length })}
          </Button>
        )}
        <Button
          small
          onClick={() => {
            app.ui.setState({ fixing: { key: item.key, text: item.text, kind: 'retry', mentions: item.mentions } });
            requestAnimationFrame(() => focusOn('composer'));
          }}
        >
          {t('common.edit')}
        </Button>
        <DiscardButton onDiscard={() => ask(app.connection.send('message.discard', { key: item.key }))} />
      </span>
      {failure !== null && (
        <p role="alert" className="text-sm text-red">
          {failure}
        </p>
      )}
    </div>
  );
}

/** Why an edit or a removal was not sent, and what one can do. */
export function ChangeNotSent({
  item,
  change,
  rule,
}: {
  item: MessageView;
  change: NonNullable<MessageView['change']>;
  rule: RefusalRule;
}): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const [failure, setFailure] = useState<string | null>(null);
  const ask = (work: Promise<unknown>): void => {
    setFailure(null);
    work.catch((error: unknown) => setFailure(wordsOf(error)));
  };
  const why = t(`refused.${rule}`);
  return (
    <div className="mt-1 flex flex-wrap items-center gap-2" data-testid="change-not-sent">
      <p className="text-sm text-red">
        {change.kind === 'edit' ? t('message.editNotSent', { why }) : t('message.removeNotSent', { why })}
      </p>
      <Button small onClick={() => ask(app.connection.send('message.retry', { key: change.key }))}>
        {t('common.retry')}
      </Button>
      {change.kind === 'edit' && (
        <Button
          small
          onClick={() => {
            beginEdit(app, item);
            requestAnimationFrame(() => focusOn('composer'));
          }}
        >
          {t('common.edit')}
        </Button>
      )}
      <Button small onClick={() => ask(app.connection.send('message.discard', { key: change.key }))}>
        {t('message.changeDiscard')}
      </Button>
      {failure !== null && (
        <p role="alert" className="text-sm text-red">
          {failure}
        </p>
      )}
    </div>
  );
}
