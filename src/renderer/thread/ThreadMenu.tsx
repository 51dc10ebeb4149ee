import { Menu } from '@base-ui/react/menu';
import { Ellipsis, FileDown, Link } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { enforcedPolicy } from '#shared/policies.ts';

import { wordsOf } from '../connect.ts';
import { useApp, useSlice } from '../state/app.ts';

const ITEM =
  'flex min-h-8 items-center gap-3 rounded-sm px-2 py-1 text-sm outline-none select-none data-[highlighted]:bg-n3 data-[disabled]:text-n10';

/** What one seldom does with a whole conversation. */
export function ThreadMenu({ conversation }: { conversation: string }): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const filesOff = useSlice('session', (state) => enforcedPolicy(state.policies, 'AttachmentsEnabled') === false);
  const copyLink = (): void => {
    navigator.clipboard
      .writeText(`trialogue://c/${conversation}`)
      .catch((error: unknown) => app.ui.setState({ threadTrouble: wordsOf(error) }));
  };
  return (
    <Menu.Root>
      <Menu.Trigger
        aria-label={t('thread.more')}
        title={t('thread.more')}
        className="inline-flex size-8 shrink-0 items-center justify-center rounded-sm text-n11 hover:bg-n3 hover:text-n12 data-[popup-open]:bg-n3"
      >
        <Ellipsis className="size-4" aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner side="bottom" align="end" sideOffset={4} className="z-50">
          <Menu.Popup className="max-w-menu min-w-menu-small rounded-md border border-n6 bg-n1 p-1 shadow-high outline-none">
            <Menu.Item className={ITEM} disabled={filesOff} onClick={() => app.ui.getState().show('export')}>
              <FileDown className="size-4 text-n11" aria-hidden="true" />
              <span className="flex-1">
                {t('export.open')}
                {filesOff && <span className="block text-xs text-n11">{t('policies.filesOff')}</span>}
              </span>
            </Menu.Item>
            <Menu.Item className={ITEM} onClick={copyLink}>
              <Link className="size-4 text-n11" aria-hidden="true" />
              {t('thread.copyLink')}
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
