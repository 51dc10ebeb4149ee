import { AlertDialog } from '@base-ui/react/alert-dialog';
import { X } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../parts/Button.tsx';

const TOOL =
  'inline-flex size-6 shrink-0 items-center justify-center rounded-sm border border-n6 bg-n1 text-n11 hover:bg-n3 hover:text-n12';

/** Takes one file out of a message that waits; asks where the message would be gone with it. */
export function TakeOutButton({ name, only, onTakeOut }: { name: string; only: boolean; onTakeOut: () => void }): ReactElement {
  const { t } = useTranslation();
  const label = t('upload.remove', { name });
  const sign = <X className="size-4" aria-hidden="true" />;
  if (!only) {
    return (
      <button
        type="button"
        data-testid="take-out"
        aria-label={label}
        title={t('upload.cancel')}
        className={TOOL}
        onClick={onTakeOut}
      >
        {sign}
      </button>
    );
  }
  return (
    <AlertDialog.Root>
      <AlertDialog.Trigger data-testid="take-out" aria-label={label} title={t('upload.cancel')} className={TOOL}>
        {sign}
      </AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop forceRender className="fixed inset-0 z-50 bg-veil" />
        <AlertDialog.Popup className="sheet fixed inset-x-4 z-50 mx-auto max-w-panel rounded-md border border-n6 bg-n1 p-6 shadow-high outline-none">
          <AlertDialog.Title className="text-lg font-semibold">{t('message.discardTitle')}</AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-sm text-n11">{t('upload.onlyText')}</AlertDialog.Description>
          <div className="mt-6 flex justify-end gap-2">
            <AlertDialog.Close render={<Button>{t('common.cancel')}</Button>} />
            <AlertDialog.Close render={<Button kind="danger" onClick={onTakeOut} />}>{t('message.discardDo')}</AlertDialog.Close>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
