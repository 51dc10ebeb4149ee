import { Tooltip } from '@base-ui/react/tooltip';
import type { ComponentProps, ReactElement, ReactNode } from 'react';

const KINDS = {
  // The edge that nobody sees is drawn where the system forces its own colours.
  primary:
    'border border-transparent bg-accent text-on-accent hover:brightness-110 disabled:bg-n4 disabled:text-n10 disabled:hover:brightness-100',
  plain: 'bg-n1 text-n12 border border-n6 hover:bg-n3 disabled:text-n10',
  danger: 'bg-n1 text-red border border-n6 hover:bg-red-tint',
  quiet: 'text-n11 hover:bg-n3 hover:text-n12 disabled:text-n10',
};

export type ButtonProps = ComponentProps<'button'> & { kind?: keyof typeof KINDS; small?: boolean };

export function Button({ kind = 'plain', small = false, className = '', ...rest }: ButtonProps): ReactElement {
  const size = small ? 'h-6 px-2 text-xs' : 'h-8 px-3 text-sm';
  return (
    <button
      type="button"
      className={`inline-flex shrink-0 items-center justify-center gap-2 rounded-sm font-medium whitespace-nowrap transition-colors ${size} ${KINDS[kind]} ${className}`}
      {...rest}
    />
  );
}

export type IconButtonProps = Omit<ComponentProps<'button'>, 'aria-label'> & {
  label: string;
  side?: 'top' | 'bottom' | 'inline-end' | 'inline-start';
  children: ReactNode;
};

/** A button whose word shows on hover and focus, and is always read out. */
export function IconButton({ label, side = 'bottom', className = '', children, ...rest }: IconButtonProps): ReactElement {
  return (
    <Hint text={label} side={side}>
      <button
        type="button"
        aria-label={label}
        className={`inline-flex size-8 shrink-0 items-center justify-center rounded-sm text-n11 transition-colors hover:bg-n3 hover:text-n12 ${className}`}
        {...rest}
      >
        {children}
      </button>
    </Hint>
  );
}

export type HintProps = {
  text: string;
  side?: 'top' | 'bottom' | 'inline-end' | 'inline-start';
  children: ReactElement<Record<string, unknown>>;
};

export function Hint({ text, side = 'bottom', children }: HintProps): ReactElement {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} />
      <Tooltip.Portal>
        <Tooltip.Positioner side={side} sideOffset={6} className="z-50">
          <Tooltip.Popup className="max-w-menu rounded-sm bg-n12 px-2 py-1 text-xs text-n1 shadow-low">{text}</Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
