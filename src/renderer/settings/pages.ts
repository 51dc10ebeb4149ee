import type { TFunction } from 'i18next';

import type { App } from '../state/app.ts';
import { SETTINGS_PAGES, type SettingsPage } from '../state/ui-store.ts';

/** What each part of the settings is called, wherever one is led to it. */
export function settingsTitles(t: TFunction): Readonly<Record<SettingsPage, string>> {
  return {
    general: t('settings.general'),
    notify: t('me.notifications'),
    storage: t('settings.storage'),
    devices: t('settings.devices'),
    password: t('settings.password'),
    people: t('people.title'),
    about: t('settings.about'),
  };
}

/** The parts that are for who is signed in: the agency's people are its owners' to manage. */
export function settingsPages(phase: ReturnType<App['session']['getState']>['phase']): SettingsPage[] {
  const isOwner = phase.kind === 'signed-in' && phase.session.account.role === 'owner';
  return SETTINGS_PAGES.filter((page) => page !== 'people' || isOwner);
}
