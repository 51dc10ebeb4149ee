import type { ReactElement } from 'react';

import { keysOf } from './keys.ts';
import type { ShortcutId } from './table.ts';

/** The keys of a shortcut at the end of its line. Always written from left to right. */
export function Keys({ of }: { of: ShortcutId }): ReactElement {
  return (
    <span className="flex shrink-0 gap-1">
      {keysOf(of).map((key) => (
        <kbd key={key} dir="ltr" className="rounded-sm border border-n6 bg-n2 px-2 py-1 font-sans text-xs text-n11">
          {key}
        </kbd>
      ))}
    </span>
  );
}
