import { useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { QueueItem } from '#shared/app-views.ts';

import { wordsOf } from '../connect.ts';
import { Button } from '../parts/Button.tsx';
import { Sheet } from '../parts/Sheet.tsx';
import { useApp, useSlice } from '../state/app.ts';
import { statusLine } from '../words/sentences.ts';
import { moment } from '../words/times.ts';
import { statusInWords } from '../words/told.ts';
import { QueueRow } from './QueueRow.tsx';
import { useStatusKind } from './use-status-kind.ts';

/** What waits, why, and what one can do about it. */
export function QueueDialog(): ReactElement {
  const { t, i18n } = useTranslation();
  const app = useApp();
  const open = useSlice('ui', (state) => state.dialog === 'queue');
  const sync = useSlice('status', (state) => state.sync);
  const onlineSince = useSlice('status', (state) => state.onlineSince);
  const now = useSlice('clock', (clock) => clock.now);
  const [items, setItems] = useState<readonly QueueItem[] | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const close = (): void => app.ui.getState().show('none');
  const kind = useStatusKind();
  const first = sync.firstSync;

  useEffect(() => {
    if (!open) return;
    let wanted = true;
    app.connection.send('queue.list', {}).then(
      (answer) => wanted && setItems(answer.items),
      (error: unknown) => wanted && setFailure(wordsOf(error)),
    );
    return () => {
      wanted = false;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- `sync` changes with each reply that joins or leaves the queue
  }, [open, sync, app]);

  const ask = (work: Promise<unknown>): void => {
    setFailure(null);
    work.catch((error: unknown) => setFailure(wordsOf(error)));
  };

  const failed = items?.filter((item) => item.state.kind === 'not-sent') ?? [];
  const synced =
    sync.lastSyncedAt === null
      ? t('status.neverSynced')
      : t('status.lastSynced', { time: moment(sync.lastSyncedAt, now, i18n.language) });
  return (
    <Sheet
      open={open}
      onClose={close}
      title={t(`status.${kind}`)}
      about={[statusLine(statusInWords(sync, i18n), { now, onlineSince }, t, i18n.language), `${synced}.`]
        .filter(Boolean)
        .join(' ')}
      foot={
        <>
          {failed.length > 1 && (
            <Button onClick={() => ask(Promise.all(failed.map(({ key }) => app.connection.send('message.retry', { key }))))}>
              {t('status.retryAll')}
            </Button>
          )}
          {first && (
            <Button onClick={() => ask(app.connection.send('sync.pause', { paused: !first.paused }))}>
              {first.paused ? t('firstSync.resume') : t('firstSync.pause')}
            </Button>
          )}
          {sync.connection.kind === 'signed-out' ? (
            <Button kind="primary" onClick={() => app.ui.getState().show('sign-in')}>
              {t('status.signIn')}
            </Button>
          ) : (
            sync.connection.kind !== 'online' && (
              <Button kind="primary" onClick={() => ask(app.connection.send('sync.retry', {}))}>
                {t('status.connectNow')}
              </Button>
            )
          )}
          <Button onClick={close}>{t('common.close')}</Button>
        </>
      }
    >
      {failure !== null && (
        <p role="alert" className="mt-2 rounded-sm bg-red-tint px-3 py-2 text-sm text-red">
          {failure}
        </p>
      )}
      <h3 className="mt-2 text-xs font-medium text-n11">{t('status.queue')}</h3>
      {items?.length === 0 && <p className="py-4 text-sm text-n11">{t('status.queueEmpty')}</p>}
      <ul className="divide-y divide-n5">
        {items?.map((item) => (
          <QueueRow key={item.key} item={item} ask={ask} />
        ))}
      </ul>
    </Sheet>
  );
}
