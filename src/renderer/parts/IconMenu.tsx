import { Menu } from '@base-ui/react/menu';
import { Popover } from '@base-ui/react/popover';
import type { ReactElement, ReactNode } from 'react';

import { Hint } from './Button.tsx';

/** One line of a menu. */
export const MENU_ITEM =
  'flex min-h-8 items-center gap-3 rounded-sm px-2 py-1 text-sm outline-none select-none data-[highlighted]:bg-n3 data-[disabled]:text-n10';
const TRIGGER =
  'inline-flex size-8 shrink-0 items-center justify-center rounded-sm text-n11 hover:bg-n3 hover:text-n12 data-[popup-open]:bg-n3 aria-pressed:bg-accent-soft aria-pressed:text-accent-text';
const POPUP = 'choice-menu max-w-menu overflow-y-auto rounded-md border border-n6 bg-n1 shadow-high outline-none';

type Behind = {
  /** What it is called, on hover and focus, and by those who don't see it. */
  label: string;
  icon: ReactNode;
  /** At which end of the icon it stands. */
  align: 'start' | 'end';
  children: ReactNode;
};

/** What opens below its trigger, and scrolls where there is too little room. */
export function MenuPopup({
  align,
  small = false,
  children,
}: Pick<Behind, 'align' | 'children'> & { small?: boolean }): ReactElement {
  return (
    <Menu.Portal>
      <Menu.Positioner side="bottom" align={align} sideOffset={4} className="z-50">
        <Menu.Popup className={`${POPUP} ${small ? 'min-w-menu-small p-1' : 'min-w-menu p-2'}`}>{children}</Menu.Popup>
      </Menu.Positioner>
    </Menu.Portal>
  );
}

/** A menu behind an icon. `pressed`: something of it is chosen. */
export function IconMenu({ label, icon, pressed, ...popup }: Behind & { small?: boolean; pressed?: boolean }): ReactElement {
  return (
    <Menu.Root>
      <Hint text={label}>
        <Menu.Trigger aria-label={label} aria-pressed={pressed} className={TRIGGER}>
          {icon}
        </Menu.Trigger>
      </Hint>
      <MenuPopup {...popup} />
    </Menu.Root>
  );
}

/** Fields and buttons behind an icon, which keys open too. */
export function IconPopover({
  label,
  icon,
  align,
  open,
  onOpenChange,
  children,
}: Behind & { open: boolean; onOpenChange: (open: boolean) => void }): ReactElement {
  return (
    <Popover.Root open={open} onOpenChange={onOpenChange}>
      <Hint text={label}>
        <Popover.Trigger aria-label={label} className={TRIGGER}>
          {icon}
        </Popover.Trigger>
      </Hint>
      <Popover.Portal>
        <Popover.Positioner side="bottom" align={align} sideOffset={4} className="z-50">
          <Popover.Popup className={`${POPUP} w-menu p-3`}>
            <Popover.Title className="text-xs font-medium text-n11">{label}</Popover.Title>
            {children}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
