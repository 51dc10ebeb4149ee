import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { QueueItem } from '#shared/views.ts';

import { Button } from '../parts/Button.tsx';
import { useShortTime } from '../parts/use-time.ts';
import { useApp } from '../state/app.ts';
import { DiscardButton } from '../thread/DiscardButton.tsx';
import { StateIcon } from '../thread/StateIcon.tsx';

export function QueueRow({ item, ask }: { item: QueueItem; ask: (work: Promise<unknown>) => void }): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const time = useShortTime(item.sentAt);
  const failed = item.state.kind === 'not-sent';
  // What is on the wire may have arrived: it can't be called back.
  const still = failed || item.state.kind === 'queued' || item.state.kind === 'held';
  const isMessage = item.kind === 'message';
  const go = (fixing: boolean): void => {
    const place = { conversation: item.conversation, thread: item.thread };
    const kind = failed ? 'retry' : 'edit';
    app.ui.setState({ dialog: 'none', fixing: fixing ? { key: item.key, text: item.text, kind, mentions: [] } : null });
    void app.thread.getState().open(place);
  };
  const discard = (): void => ask(app.connection.send('message.discard', { key: item.key }));
  const why =
    item.state.kind === 'not-sent'
      ? t('inbox.notSentWhy', { why: t(`refused.${item.state.rule}`) })
      : item.state.kind === 'queued'
        ? t('status.waiting')
        : item.state.kind === 'held'
          ? t('message.held')
          : t('status.sending');
  return (
    <li className="py-3" data-testid="queue-item" data-state={item.state.kind}>
      <div className="flex items-baseline gap-3">
        <button
          type="button"
          aria-label={t('status.openThread', { title: item.jobTitle })}
          onClick={() => go(false)}
          className="min-w-0 flex-1 truncate text-start text-sm font-semibold hover:underline"
        >
          <bdi>{item.jobTitle}</bdi>
        </button>
        <span className="shrink-0 text-xs text-n11 tabular-nums">{time}</span>
      </div>
      <p dir="auto" className="written one-edge mt-1 line-clamp-3 text-sm text-n12">
        {item.text || t('inbox.files', { count: item.attachments })}
      </p>
      <div className={`mt-1 flex flex-wrap items-center gap-2 text-xs ${failed ? 'text-red' : 'text-n11'}`}>
        <StateIcon kind={item.state.kind} />
        <span className="min-w-0 flex-1">{why}</span>
        {failed && (
          <Button small onClick={() => ask(app.connection.send('message.retry', { key: item.key }))}>
            {t('common.retry')}
          </Button>
        )}
        {still && isMessage && (
          <Button small onClick={() => go(true)}>
            {t('common.edit')}
          </Button>
        )}
        {still && isMessage && <DiscardButton onDiscard={discard} />}
        {still && !isMessage && (
          <Button small onClick={discard}>
            {t('common.discard')}
          </Button>
        )}
      </div>
    </li>
  );
}
