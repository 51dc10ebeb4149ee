import type { ReactElement, ReactNode } from 'react';

/** What will be here, and how it comes. */
export function Empty({
  icon,
  title,
  how,
  children,
}: {
  icon?: ReactNode;
  title: string;
  how: string;
  children?: ReactNode;
}): ReactElement {
  return (
    <div className="flex h-full flex-col items-center justify-center px-8 py-12 text-center">
      {icon && <div className="mb-4 text-n8">{icon}</div>}
      <p className="text-base font-medium text-n12">{title}</p>
      <p className="mt-1 max-w-form text-sm text-n11">{how}</p>
      {children && <div className="mt-4">{children}</div>}
    </div>
  );
}
