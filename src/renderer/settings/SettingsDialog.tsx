import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Sheet } from '../parts/Sheet.tsx';
import { useApp, useSlice } from '../state/app.ts';
import { AboutSettings } from './AboutSettings.tsx';
import { DeviceSettings } from './DeviceSettings.tsx';
import { LookSettings } from './LookSettings.tsx';
import { NotificationSettings } from './NotificationSettings.tsx';
import { PasswordSettings } from './PasswordSettings.tsx';
import { StorageSettings } from './StorageSettings.tsx';

/** All that one may choose for oneself. What changes is kept at once: there is nothing to save. */
export function SettingsDialog(): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const open = useSlice('ui', (state) => state.dialog === 'settings');
  return (
    <Sheet open={open} onClose={() => app.ui.getState().show('none')} title={t('settings.title')}>
      <LookSettings />
      <NotificationSettings />
      <StorageSettings />
      <DeviceSettings />
      <PasswordSettings />
      <AboutSettings />
    </Sheet>
  );
}
