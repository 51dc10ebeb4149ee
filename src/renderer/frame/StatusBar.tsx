import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { useApp, useSlice } from '../state/app.ts';
import { statusLine } from '../words/sentences.ts';
import { statusInWords } from '../words/told.ts';
import { StatusMark } from './StatusMark.tsx';
import { useStatusKind } from './use-status-kind.ts';

/** 28 px above the inbox, more where a line is longer, while something needs a person to know; otherwise nothing. */
export function StatusBar(): ReactElement | null {
  const { t, i18n } = useTranslation();
  const app = useApp();
  const now = useSlice('clock', (clock) => clock.now);
  const sync = useSlice('status', (state) => state.sync);
  const onlineSince = useSlice('status', (state) => state.onlineSince);
  const channel = useSlice('status', (state) => state.channel);
  const broken = channel === 'lost' ? t('app.channelLost') : channel === 'ended' ? t('app.channelEnded') : null;
  const line = broken ?? statusLine(statusInWords(sync, i18n), { now, onlineSince }, t, i18n.language);
  const kind = useStatusKind();
  const alarm = kind === 'stopped' || kind === 'storage' || kind === 'failing' || kind === 'disabled';
  return (
    <div role="status">
      {line !== null && (
        <button
          type="button"
          data-testid="status-bar"
          onClick={() => app.ui.getState().show('queue')}
          className={`flex min-h-7 w-full items-center gap-2 px-4 py-1 text-start text-xs font-medium forced-colors:border-b ${alarm ? 'bg-red-tint text-red' : 'bg-amber-tint text-amber'}`}
        >
          <StatusMark kind={kind} />
          <span>{line}</span>
        </button>
      )}
    </div>
  );
}
