import type { ReactElement } from 'react';

import type { StatusKind } from '../words/sentences.ts';

/** A shape of its own for each state: full disc, ring in parts, ring with a bar, triangle. */
export function StatusMark({ kind }: { kind: StatusKind }): ReactElement {
  const shape = {
    online: <circle cx="6" cy="6" r="4" className="fill-green" />,
    connecting: <circle cx="6" cy="6" r="4" fill="none" strokeWidth="2" strokeDasharray="3 3.28" className="stroke-n10" />,
    offline: (
      <path d="M3 9 9 3M6 1.9a4.1 4.1 0 1 1 0 8.2 4.1 4.1 0 0 1 0-8.2z" fill="none" strokeWidth="1.6" className="stroke-amber" />
    ),
    'signed-out': <path d="M2 2.5h8v7H2zM4.5 6h3" fill="none" strokeWidth="1.6" className="stroke-amber" />,
    disabled: <path d="M2.5 2.5l7 7m0-7l-7 7" fill="none" strokeWidth="2" className="stroke-red" />,
    storage: <path d="M6 1.5 11 10.5H1z" className="fill-red" />,
    stopped: <path d="M6 1.5 11 10.5H1z" className="fill-red" />,
    failing: <path d="M6 1.5 11 10.5H1z" className="fill-red" />,
  }[kind];
  return (
    <svg viewBox="0 0 12 12" className="size-3 shrink-0" aria-hidden="true">
      {shape}
    </svg>
  );
}
