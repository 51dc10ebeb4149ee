import { Menu } from '@base-ui/react/menu';
import { Check } from 'lucide-react';
import { memo, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Avatar } from '../parts/Avatar.tsx';
import { MENU_ITEM } from '../parts/IconMenu.tsx';
import { keysOf } from '../shortcuts/keys.ts';
import { useApp, useSlice } from '../state/app.ts';

function Ticked({ children }: { children: ReactNode }): ReactElement {
  return (
    <>
      <span className="flex-1">{children}</span>
      <Menu.RadioItemIndicator>
        <Check className="size-4 text-accent-text" aria-hidden="true" />
      </Menu.RadioItemIndicator>
    </>
  );
}

export const MeMenu = memo(function MeMenu(): ReactElement | null {
  const { t } = useTranslation();
  const app = useApp();
  const phase = useSlice('session', (state) => state.phase);
  const settings = useSlice('session', (state) => state.settings);
  if (phase.kind !== 'signed-in') return null;
  const { account, server, agency } = phase.session;
  const set = (change: Parameters<ReturnType<typeof app.session.getState>['setSettings']>[0]): void => {
    // What could not be kept is shown as it was; the status says what is wrong with the disk.
    app.session
      .getState()
      .setSettings(change)
      .catch(() => undefined);
  };
  return (
    <Menu.Root>
      <Menu.Trigger
        aria-label={t('me.label', { name: account.name })}
        className="inline-flex size-10 items-center justify-center rounded-sm hover:bg-n3 data-[popup-open]:bg-n3"
      >
        <Avatar person={account} />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner side="inline-end" align="end" sideOffset={8} className="z-50">
          <Menu.Popup className="max-w-menu min-w-menu rounded-md border border-n6 bg-n1 p-2 shadow-high outline-none">
            <div className="flex items-center gap-2 px-2 pt-1 pb-3">
              <Avatar person={account} size="lg" />
              <div className="min-w-0 flex-1">
                <p className="truncate text-sm font-semibold">
                  <bdi>{account.name}</bdi>
                </p>
                <p className="truncate text-xs text-n11">{agency ?? account.email}</p>
                <p className="truncate text-xs text-n11">{server}</p>
              </div>
            </div>
            <Menu.Separator className="mx-2 h-px bg-n5" />
            <Menu.RadioGroup value={settings.theme} onValueChange={(theme: typeof settings.theme) => set({ theme })}>
              <Menu.GroupLabel className="px-2 pt-3 pb-1 text-xs font-medium text-n11">{t('me.theme')}</Menu.GroupLabel>
              {(['system', 'light', 'dark'] as const).map((theme) => (
                <Menu.RadioItem key={theme} value={theme} closeOnClick={false} className={MENU_ITEM}>
                  <Ticked>{t(`me.${theme}`)}</Ticked>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
            <Menu.Separator className="mx-2 mt-2 mb-1 h-px bg-n5" />
            <Menu.Item className={MENU_ITEM} onClick={() => app.ui.getState().openSettings()}>
              <span className="flex-1">{t('settings.open')}</span>
              <kbd dir="ltr" className="font-sans text-xs text-n10">
                {keysOf('settings')[0]}
              </kbd>
            </Menu.Item>
            <Menu.Item className={MENU_ITEM} onClick={() => app.ui.getState().show('policies')}>
              {t('policies.open')}
            </Menu.Item>
            <Menu.Item className={MENU_ITEM} onClick={() => app.ui.getState().show('canned')}>
              {t('canned.title')}…
            </Menu.Item>
            <Menu.Item className={MENU_ITEM} onClick={() => app.ui.getState().show('shortcuts')}>
              <span className="flex-1">{t('me.shortcuts')}</span>
              <kbd dir="ltr" className="font-sans text-xs text-n10">
                {keysOf('help')[0]}
              </kbd>
            </Menu.Item>
            <Menu.Item className={MENU_ITEM} onClick={() => app.ui.setState({ tour: 0 })}>
              {t('tour.again')}
            </Menu.Item>
            <Menu.Item className={MENU_ITEM} onClick={() => app.ui.getState().show('sign-out')}>
              {t('me.signOut')}
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
});
