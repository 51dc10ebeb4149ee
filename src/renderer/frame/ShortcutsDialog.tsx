import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Sheet } from '../parts/Sheet.tsx';
import { useApp, useSlice } from '../state/app.ts';

const SHORTCUTS = [
  ['next', 'J', '↓'],
  ['previous', 'K', '↑'],
  ['open', 'Enter'],
  ['search', '/', 'Ctrl K'],
  ['archive', 'E'],
  ['assignMe', 'A'],
  ['assign', 'Shift A'],
  ['snooze', 'H'],
  ['unread', 'U'],
  ['resolve', 'D'],
  ['label', 'L'],
  ['pin', 'P'],
  ['mute', 'M'],
  ['pick', 'X'],
  ['pickMore', 'Shift J', 'Shift K'],
  ['pickAll', 'Ctrl A'],
  ['undoChange', 'Ctrl Z'],
  ['reply', 'R'],
  ['job', 'I'],
  ['send', 'Enter'],
  ['newline', 'Shift Enter'],
  ['mention', '@'],
  ['canned', '/'],
  ['attach', 'Ctrl U'],
  ['editLast', '↑'],
  ['undo', 'Ctrl Z'],
  ['messages', '↑', '↓'],
  ['menu', 'Enter'],
  ['react', '+'],
  ['copy', 'C'],
  ['remove', 'Del'],
  ['notes', 'T'],
  ['jump', 'G'],
  ['back', 'Esc'],
  ['settings', 'Ctrl ,'],
  ['help', '?'],
] as const;

export function ShortcutsDialog(): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const open = useSlice('ui', (state) => state.dialog === 'shortcuts');
  return (
    <Sheet open={open} onClose={() => app.ui.getState().show('none')} title={t('shortcuts.title')}>
      <dl className="grid gap-x-8 two:grid-cols-2">
        {SHORTCUTS.map(([name, ...keys]) => (
          <div key={name} className="flex h-9 items-center gap-2 border-b border-n5 text-sm">
            <dt className="flex-1">{t(`shortcuts.${name}`)}</dt>
            {keys.map((key) => (
              <dd key={key}>
                <kbd className="rounded-sm border border-n6 bg-n2 px-2 py-1 font-sans text-xs text-n11">{key}</kbd>
              </dd>
            ))}
          </div>
        ))}
      </dl>
    </Sheet>
  );
}
