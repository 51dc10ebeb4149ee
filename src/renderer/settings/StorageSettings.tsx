import { useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { StorageUsage } from '#shared/app-views.ts';

import { Button } from '../parts/Button.tsx';
import { useApp } from '../state/app.ts';
import { fileSize } from '../words/sentences.ts';
import { Line, Section, useTrouble } from './parts.tsx';

export function StorageSettings(): ReactElement {
  const { t, i18n } = useTranslation();
  const { connection } = useApp();
  const [usage, setUsage] = useState<StorageUsage | null>(null);
  const { trouble, ask, busy } = useTrouble();
  useEffect(() => {
    let wanted = true;
    void connection.send('storage.usage', {}).then(
      (found) => wanted && setUsage(found),
      () => undefined, // the status says that the core doesn't answer
    );
    return () => {
      wanted = false;
    };
  }, [connection]);
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <Section title={t('settings.storage')}>
      {usage && (
        <>
          <Line
            label={t('settings.conversations', {
              conversations: number.format(usage.conversations),
              messages: number.format(usage.messages),
            })}
            hint={t('settings.conversationsHint')}
          >
            <span className="text-sm text-n11 tabular-nums">{fileSize(usage.databaseBytes, i18n.language)}</span>
          </Line>
          <Line label={t('settings.files', { count: usage.files })} hint={t('settings.filesHint')}>
            <span className="text-sm text-n11 tabular-nums">{fileSize(usage.fileBytes, i18n.language)}</span>
            <Button
              small
              disabled={busy || usage.files === 0}
              onClick={() => void ask(connection.send('storage.clearFiles', {}).then(setUsage))}
            >
              {t('settings.clear')}
            </Button>
          </Line>
          {usage.waitingFiles > 0 && (
            <Line label={t('settings.waitingFiles', { count: usage.waitingFiles })} hint={t('settings.waitingFilesHint')}>
              <span className="text-sm text-n11 tabular-nums">{fileSize(usage.waitingBytes, i18n.language)}</span>
            </Line>
          )}
        </>
      )}
      {trouble}
    </Section>
  );
}
