import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../parts/Button.tsx';
import { useApp, useSlice } from '../state/app.ts';

/** How far the first sync is; it can be paused, and what is here can be used at once. */
export function FirstSync(): ReactElement | null {
  const { t, i18n } = useTranslation();
  const app = useApp();
  const progress = useSlice('status', (state) => state.sync.firstSync);
  if (!progress) return null;
  const { paused } = progress;
  const words = { done: progress.done.toLocaleString(i18n.language), total: progress.total.toLocaleString(i18n.language) };
  return (
    <div className="border-b border-n5 px-4 pb-3" data-testid="first-sync">
      <progress
        aria-label={t('firstSync.label')}
        className="sync-progress block h-1 w-full"
        value={progress.done}
        max={Math.max(1, progress.total)}
      />
      <div className="mt-2 flex items-center gap-2">
        <p className="min-w-0 flex-1 text-xs text-balance text-n11">
          {paused ? t('firstSync.paused', words) : t('firstSync.line', words)}
        </p>
        <Button
          small
          onClick={() => {
            // The status tells whether it paused.
            app.connection.send('sync.pause', { paused: !paused }).catch(() => undefined);
          }}
        >
          {paused ? t('firstSync.resume') : t('firstSync.pause')}
        </Button>
      </div>
    </div>
  );
}
