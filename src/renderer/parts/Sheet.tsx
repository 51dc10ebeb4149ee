import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useRef, type ReactElement, type ReactNode, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';

export type SheetProps = {
  open: boolean;
  onClose: () => void;
  title: string;
  about?: string;
  children: ReactNode;
  foot?: ReactNode;
  /** `wide`: for what stands in two columns; `panes`: of one height whatever is shown, and what is in it scrolls by itself. */
  shape?: 'usual' | 'wide' | 'panes';
  /** Where the keyboard begins; else before the first that takes it. */
  start?: RefObject<HTMLElement | null>;
};

const SHAPES = { usual: 'max-w-dialog', wide: 'max-w-dialog-wide', panes: 'sheet-panes max-w-dialog-wide' };

/** A dialog: traps focus, closes on Esc, and returns focus to where it was. */
export function Sheet({ open, onClose, title, about, children, foot, shape = 'usual', start }: SheetProps): ReactElement {
  const { t } = useTranslation();
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-veil" />
        <Dialog.Popup
          ref={popup}
          // Not at what closes it, which comes first and is hardly ever what it was opened for.
          initialFocus={start ?? popup}
          className={`fixed inset-x-4 sheet z-50 mx-auto flex flex-col rounded-md border border-n6 bg-n1 shadow-high outline-none ${SHAPES[shape]}`}
        >
          <header className={`flex items-start gap-4 px-6 pt-4 ${shape === 'panes' ? 'pb-3' : 'pb-1'}`}>
            <div className="min-w-0 flex-1">
              <Dialog.Title className="text-lg font-semibold">{title}</Dialog.Title>
              {about && <Dialog.Description className="mt-1 text-sm text-n11">{about}</Dialog.Description>}
            </div>
            <Dialog.Close
              aria-label={t('common.close')}
              className="-me-2 inline-flex size-8 items-center justify-center rounded-sm text-n11 hover:bg-n3 hover:text-n12"
            >
              <X className="size-4" aria-hidden="true" />
            </Dialog.Close>
          </header>
          {shape === 'panes' ? children : <div className="min-h-0 flex-1 overflow-y-auto px-6 pt-1 pb-4">{children}</div>}
          {foot && <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-n5 px-6 py-3">{foot}</footer>}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
