import { Tabs } from '@base-ui/react/tabs';
import { Bell, HardDrive, Info, KeyRound, MonitorSmartphone, SlidersHorizontal, UsersRound } from 'lucide-react';
import { useId, useRef, useState, type ReactElement, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';

import { useOnePane } from '../frame/one-pane.ts';
import { Sheet } from '../parts/Sheet.tsx';
import { useApp, useSlice } from '../state/app.ts';
import type { SettingsPage } from '../state/ui-store.ts';
import { AboutSettings } from './AboutSettings.tsx';
import { DesktopSettings } from './DesktopSettings.tsx';
import { DeviceSettings } from './DeviceSettings.tsx';
import { LookSettings } from './LookSettings.tsx';
import { NotificationSettings } from './NotificationSettings.tsx';
import { settingsPages, settingsTitles } from './pages.ts';
import { PasswordSettings } from './PasswordSettings.tsx';
import { PeopleSettings } from './PeopleSettings.tsx';
import { StorageSettings } from './StorageSettings.tsx';

const PAGES: Record<SettingsPage, { Icon: typeof Info; Page: () => ReactElement | null }> = {
  general: { Icon: SlidersHorizontal, Page: GeneralSettings },
  notify: { Icon: Bell, Page: NotificationSettings },
  storage: { Icon: HardDrive, Page: StorageSettings },
  devices: { Icon: MonitorSmartphone, Page: DeviceSettings },
  password: { Icon: KeyRound, Page: PasswordSettings },
  people: { Icon: UsersRound, Page: PeopleSettings },
  about: { Icon: Info, Page: AboutSettings },
};

function GeneralSettings(): ReactElement {
  return (
    <>
      <LookSettings />
      <DesktopSettings />
    </>
  );
}

type PlaceProps = { pages: readonly SettingsPage[]; page: SettingsPage; idOf: (page: SettingsPage) => string };

/** The parts as a list beside what they hold: the arrow keys go through it, and show each at once. */
function SideList({ pages, page, idOf, start }: PlaceProps & { start: RefObject<HTMLButtonElement | null> }): ReactElement {
  const { t } = useTranslation();
  const { ui } = useApp();
  const titles = settingsTitles(t);
  return (
    <Tabs.Root
      orientation="vertical"
      value={page}
      onValueChange={(next: SettingsPage) => ui.setState({ settingsAt: next })}
      className="settings-list shrink-0 overflow-y-auto border-e border-n5 p-2"
    >
      <Tabs.List activateOnFocus aria-label={t('settings.sections')} className="flex flex-col gap-1">
        {pages.map((one) => {
          const { Icon } = PAGES[one];
          return (
            <Tabs.Tab
              key={one}
              ref={one === page ? start : undefined}
              value={one}
              id={`${idOf(one)}-tab`}
              aria-controls={idOf(one)}
              className="flex min-h-8 items-center gap-3 rounded-sm px-4 py-1 text-start text-sm text-n11 outline-offset-0 hover:bg-n3 hover:text-n12 aria-selected:bg-accent-soft aria-selected:font-medium aria-selected:text-accent-text"
            >
              <Icon className="size-4 shrink-0" aria-hidden="true" />
              {titles[one]}
            </Tabs.Tab>
          );
        })}
      </Tabs.List>
    </Tabs.Root>
  );
}

/** The same where there is no room beside it. */
function TopChoice({ pages, page, idOf }: PlaceProps): ReactElement {
  const { t } = useTranslation();
  const { ui } = useApp();
  const titles = settingsTitles(t);
  return (
    <div className="px-6 pt-2 pb-1">
      <select
        aria-label={t('settings.sections')}
        aria-controls={idOf(page)}
        value={page}
        onChange={({ target }) => ui.setState({ settingsAt: pages.find((one) => one === target.value) ?? page })}
        className="h-9 w-full rounded-sm border border-n7 bg-n1 px-2 text-base font-medium text-n12"
      >
        {pages.map((one) => (
          <option key={one} value={one}>
            {titles[one]}
          </option>
        ))}
      </select>
    </div>
  );
}

/** What was seen stays until the dialog is closed: a link that is shown once, a password that is half typed. */
function Parts({ onePane, start }: { onePane: boolean; start: RefObject<HTMLButtonElement | null> }): ReactElement {
  const phase = useSlice('session', (state) => state.phase);
  const wanted = useSlice('ui', (state) => state.settingsAt);
  const id = useId();
  const pages = settingsPages(phase);
  const page = pages.includes(wanted) ? wanted : 'general';
  const [seen, setSeen] = useState<ReadonlySet<SettingsPage>>(new Set());
  if (!seen.has(page)) setSeen(new Set([...seen, page]));
  const idOf = (one: SettingsPage): string => `${id}-${one}`;
  const place = { pages, page, idOf };
  return (
    <div className="flex min-h-0 flex-1 max-two:flex-col two:border-t two:border-n5">
      {onePane ? <TopChoice {...place} /> : <SideList {...place} start={start} />}
      {pages.map((one) => {
        const { Page } = PAGES[one];
        return (
          <div
            key={one}
            id={idOf(one)}
            hidden={one !== page}
            {...(!onePane && { role: 'tabpanel', 'aria-labelledby': `${idOf(one)}-tab` })}
            className="min-w-0 flex-1 overflow-y-auto px-6 pb-4 [&>:last-child]:border-none max-two:[&>section:only-child>h3]:sr-only"
          >
            {seen.has(one) && <Page />}
          </div>
        );
      })}
    </div>
  );
}

/** All that one may choose for oneself. What changes is kept at once: there is nothing to save. */
export function SettingsDialog(): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const open = useSlice('ui', (state) => state.dialog === 'settings');
  const onePane = useOnePane();
  const start = useRef<HTMLButtonElement>(null);
  return (
    <Sheet
      open={open}
      onClose={() => app.ui.getState().show('none')}
      title={t('settings.title')}
      shape="panes"
      {...(!onePane && { start })}
    >
      <Parts onePane={onePane} start={start} />
    </Sheet>
  );
}
