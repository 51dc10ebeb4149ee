import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../parts/Button.tsx';

/** Asks first: a reply that was never sent can't be brought back. */
export function DiscardButton({ onDiscard }: { onDiscard: () => void }): ReactElement {
  const { t } = useTranslation();
  return (
    <AlertDialog.Root>
      <AlertDialog.Trigger render={<Button small>{t('common.discard')}</Button>} />
      <AlertDialog.Portal>
        <AlertDialog.Backdrop forceRender className="fixed inset-0 z-50 bg-veil" />
        <AlertDialog.Popup className="sheet fixed inset-x-4 z-50 mx-auto max-w-panel rounded-md border border-n6 bg-n1 p-6 shadow-high outline-none">
          <AlertDialog.Title className="text-lg font-semibold">{t('message.discardTitle')}</AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-sm text-n11">{t('message.discardText')}</AlertDialog.Description>
          <div className="mt-6 flex justify-end gap-2">
            <AlertDialog.Close render={<Button>{t('common.cancel')}</Button>} />
            <AlertDialog.Close render={<Button kind="danger" onClick={onDiscard} />}>{t('message.discardDo')}</AlertDialog.Close>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
