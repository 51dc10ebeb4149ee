import { Menu } from '@base-ui/react/menu';
import { Ellipsis, FileDown, Link } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { enforcedPolicy } from '#shared/policies.ts';

import { wordsOf } from '../connect.ts';
import { IconMenu, MENU_ITEM } from '../parts/IconMenu.tsx';
import { useApp, useSlice } from '../state/app.ts';

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
    <IconMenu label={t('thread.more')} icon={<Ellipsis className="size-4" aria-hidden="true" />} align="end" small>
      <Menu.Item className={MENU_ITEM} disabled={filesOff} onClick={() => app.ui.getState().show('export')}>
        <FileDown className="size-4 text-n11" aria-hidden="true" />
        <span className="flex-1">
          {t('export.open')}
          {filesOff && <span className="block text-xs text-n11">{t('policies.filesOff')}</span>}
        </span>
      </Menu.Item>
      <Menu.Item className={MENU_ITEM} onClick={copyLink}>
        <Link className="size-4 text-n11" aria-hidden="true" />
        {t('thread.copyLink')}
      </Menu.Item>
    </IconMenu>
  );
}
