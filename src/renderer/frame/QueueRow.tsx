import type { TFunction } from 'i18next';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { QueuedWork, QueueItem } from '#shared/app-views.ts';

import { TakeOutButton } from '../files/TakeOutButton.tsx';
import { UploadLine } from '../files/UploadLine.tsx';
import { Button } from '../parts/Button.tsx';
import { useShortTime } from '../parts/use-time.ts';
import { useApp, useSlice } from '../state/app.ts';
import { DiscardButton } from '../thread/DiscardButton.tsx';
import { StateIcon } from '../thread/StateIcon.tsx';
import { isolate } from '../words/sentences.ts';

function saysOf(work: QueuedWork, t: TFunction): string {
  switch (work.kind) {
    case 'message':
      return work.text || t('inbox.files', { count: work.files.length });
    case 'edit':
      return t('queued.edit', { text: work.text });
    case 'remove':
      return t('queued.remove');
    case 'react':
      return work.on ? t('queued.react', { emoji: work.emoji }) : t('queued.unreact', { emoji: work.emoji });
    case 'assign':
      return work.to === null ? t('queued.unassign') : t('queued.assign', { name: isolate(work.to) });
    case 'label':
      return work.on ? t('queued.label', { name: isolate(work.name) }) : t('queued.unlabel', { name: isolate(work.name) });
    case 'resolve':
      return work.on ? t('queued.resolve') : t('queued.reopen');
  }
}

/** What a message waits for, and the way to let it go without. */
function QueuedFiles({
  work,
  canTakeOut,
  onTakeOut,
}: {
  work: Extract<QueuedWork, { kind: 'message' }>;
  canTakeOut: boolean;
  onTakeOut: (file: string) => void;
}): ReactElement {
  const { t } = useTranslation();
  const only = work.text.trim() === '' && work.files.length === 1;
  return (
    <ul aria-label={t('upload.list')} className="mt-2 flex flex-wrap gap-2">
      {work.files.map((file) => (
        <li key={file.id} className="flex w-60 max-w-full items-center gap-2 rounded-sm border border-n6 py-1 ps-2 pe-1">
          <span className="min-w-0 flex-1">
            <bdi className="block truncate text-xs font-medium" title={file.name}>
              {file.name}
            </bdi>
            <UploadLine
              name={file.name}
              bytes={file.bytes}
              state={file.refused === undefined ? (file.upload ?? { kind: 'ready' }) : { kind: 'refused', message: file.refused }}
            />
          </span>
          {canTakeOut && <TakeOutButton name={file.name} only={only} onTakeOut={() => onTakeOut(file.id)} />}
        </li>
      ))}
    </ul>
  );
}

export function QueueRow({ item, ask }: { item: QueueItem; ask: (work: Promise<unknown>) => void }): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const time = useShortTime(item.sentAt);
  const failed = item.state.kind === 'not-sent';
  // What is on the wire may have arrived: it can't be called back.
  const still = failed || item.state.kind === 'queued' || item.state.kind === 'held';
  const { work } = item;
  const online = useSlice('status', (status) => status.sync.connection.kind === 'online');
  const isMessage = work.kind === 'message';
  const go = (fixing: boolean): void => {
    const place = { conversation: item.conversation, thread: item.thread };
    const kind = failed ? 'retry' : 'edit';
    app.ui.setState({
      dialog: 'none',
      fixing: fixing ? { key: item.key, text: work.kind === 'message' ? work.text : '', kind, mentions: [] } : null,
    });
    void app.thread.getState().open(place);
  };
  const discard = (): void => ask(app.connection.send('message.discard', { key: item.key }));
  const why =
    item.state.kind === 'not-sent'
      ? t('inbox.notSentWhy', { why: t(`refused.${item.state.rule}`) })
      : item.state.kind === 'queued'
        ? isMessage && online && work.files.some((file) => file.upload !== undefined && file.upload.kind !== 'ready')
          ? t('queued.files')
          : t(online ? 'queued.turn' : 'status.waiting')
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
        {saysOf(work, t)}
      </p>
      {work.kind === 'message' && work.files.length > 0 && (
        <QueuedFiles
          work={work}
          canTakeOut={still}
          onTakeOut={(file) => ask(app.connection.send('message.withoutFile', { key: item.key, file }))}
        />
      )}
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
