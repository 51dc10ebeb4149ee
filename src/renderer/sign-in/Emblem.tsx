import type { ReactElement } from 'react';

/** The three parties around one table. */
export function Emblem({ small = false }: { small?: boolean }): ReactElement {
  return (
    <svg viewBox="0 0 32 32" className={small ? 'size-8' : 'size-12'} aria-hidden="true">
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <g className="fill-on-accent stroke-on-accent">
        <path d="M16 6.5 20 10.5 16 14.5 12 10.5z" fill="none" strokeWidth="2" strokeLinejoin="round" />
        <path d="M10.5 17 15 25H6z" strokeWidth="0" />
        <rect x="18" y="17.5" width="7.5" height="7.5" rx="1" strokeWidth="0" />
      </g>
    </svg>
  );
}
