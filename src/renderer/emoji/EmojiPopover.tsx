import { Popover } from '@base-ui/react/popover';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { EmojiPicker } from './EmojiPicker.tsx';

/** The picker beside an element; `null` anchor: closed. Focus goes back to `returnTo`, else to the anchor. */
export function EmojiPopover({
  anchor,
  returnTo,
  onPick,
  onClose,
}: {
  anchor: Element | null;
  returnTo: () => HTMLElement | null;
  onPick: (sign: string) => void;
  onClose: () => void;
}): ReactElement {
  const { t } = useTranslation();
  return (
    <Popover.Root open={anchor !== null} onOpenChange={(open) => !open && onClose()}>
      <Popover.Portal>
        <Popover.Positioner anchor={anchor} side="top" align="end" sideOffset={4} collisionPadding={8} className="z-50">
          <Popover.Popup
            finalFocus={() => returnTo() ?? true}
            aria-label={t('emoji.title')}
            className="rounded-md border border-n6 bg-n1 shadow-high outline-none"
          >
            <EmojiPicker onPick={onPick} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
