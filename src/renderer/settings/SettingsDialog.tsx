import { useEffect, useRef, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Sheet } from '../parts/Sheet.tsx';
import { useApp, useSlice } from '../state/app.ts';
import { SETTINGS_PAGES, type SettingsPage } from '../state/ui-store.ts';
import { AboutSettings } from './AboutSettings.tsx';
import { DesktopSettings } from './DesktopSettings.tsx';
import { DeviceSettings } from './DeviceSettings.tsx';
import { LookSettings } from './LookSettings.tsx';
import { NotificationSettings } from './NotificationSettings.tsx';
import { PasswordSettings } from './PasswordSettings.tsx';
import { PeopleSettings } from './PeopleSettings.tsx';
import { StorageSettings } from './StorageSettings.tsx';

const PAGES: Record<SettingsPage, () => ReactElement | null> = {
  look: LookSettings,
  notify: PresenceSettings,
  storage: StorageSettings,
  devices: DeviceSettings,
  password: PasswordSettings,
  people: PeopleSettings,
  about: AboutSettings,
};

/** How the app makes itself felt while nobody looks at it. */
function PresenceSettings(): ReactElement {
  return (
    <>
      <NotificationSettings />
      <DesktopSettings />
    </>
  );
}

/** A section of the settings; the one that was asked for by name is brought into view. */
function Page({ page }: { page: SettingsPage }): ReactElement {
  const wanted = useSlice('ui', (state) => state.settingsAt === page);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!wanted) return;
    const frame = requestAnimationFrame(() => place.current?.scrollIntoView({ block: 'start' }));
    return () => cancelAnimationFrame(frame);
  }, [wanted]);
  const Section = PAGES[page];
  return (
    <div ref={place}>
      <Section />
    </div>
  );
}

/** All that one may choose for oneself. What changes is kept at once: there is nothing to save. */
export function SettingsDialog(): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const open = useSlice('ui', (state) => state.dialog === 'settings');
  return (
    <Sheet open={open} onClose={() => app.ui.getState().show('none')} title={t('settings.title')}>
      <div className="[&>:last-child>section]:border-none">
        {SETTINGS_PAGES.map((page) => (
          <Page key={page} page={page} />
        ))}
      </div>
    </Sheet>
  );
}
