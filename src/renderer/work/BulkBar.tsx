import { X } from 'lucide-react';
import type { KeyboardEvent, ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { IconButton } from '../parts/Button.tsx';
import { useApp, useSlice } from '../state/app.ts';
import { focusOn } from '../state/navigate.ts';
import { BulkActions } from './WorkActions.tsx';

/** Left and right move among the tools. */
function move(event: KeyboardEvent<HTMLElement>): void {
  const forth = getComputedStyle(event.currentTarget).direction === 'rtl' ? -1 : 1;
  const step = { ArrowRight: forth, ArrowLeft: -forth }[event.key];
  if (step === undefined) return;
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
  event.preventDefault();
}

/** In place of title and search while conversations are picked: nothing moves for it. */
export function BulkBar(): ReactElement | null {
  const { t } = useTranslation();
  const app = useApp();
  const ids = useSlice('inbox', (state) => state.picked.ids);
  const staff = useIsStaff();
  if (ids.size === 0) return null;
  const clear = (): void => {
    app.inbox.getState().clearPicks();
    focusOn('inbox');
  };
  return (
    <div className="absolute inset-0 z-10 flex flex-col justify-center bg-n1 ps-4 pe-2">
      <div className="flex items-center gap-2">
        <p role="status" className="flex-1 text-sm font-semibold">
          {t('work.picked', { count: ids.size })}
        </p>
        <IconButton label={t('work.clear')} onClick={clear}>
          <X className="size-4" aria-hidden="true" />
        </IconButton>
      </div>
      {/* oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- the buttons in it have the focus */}
      <div
        role="toolbar"
        aria-label={t('work.bulk')}
        className="-ms-2 flex items-center [&>button]:min-w-6 [&>button]:shrink"
        onKeyDown={move}
      >
        <BulkActions conversations={[...ids]} staff={staff} />
      </div>
    </div>
  );
}

export function useIsStaff(): boolean {
  return useSlice(
    'session',
    ({ phase }) => phase.kind === 'signed-in' && ['owner', 'staff'].includes(phase.session.account.role),
  );
}
