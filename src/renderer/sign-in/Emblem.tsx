import type { ReactElement } from 'react';

/** The app's own mark, as it stands in the task bar. */
export function Emblem({ small = false }: { small?: boolean }): ReactElement {
  return <img src="./icon.svg" alt="" draggable={false} className={small ? 'size-9' : 'size-12'} />;
}
