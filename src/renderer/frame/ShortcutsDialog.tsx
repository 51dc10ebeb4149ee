import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../parts/Button.tsx';
import { Sheet } from '../parts/Sheet.tsx';
import { Keys } from '../shortcuts/Keys.tsx';
import { SHORTCUT_GROUPS } from '../shortcuts/table.ts';
import { useApp, useSlice } from '../state/app.ts';

export function ShortcutsDialog(): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const open = useSlice('ui', (state) => state.dialog === 'shortcuts');
  return (
    <Sheet
      open={open}
      onClose={() => app.ui.getState().show('none')}
      title={t('shortcuts.title')}
      shape="wide"
      foot={<Button onClick={() => app.ui.setState({ dialog: 'none', tour: 0 })}>{t('tour.again')}</Button>}
    >
      <div className="gap-x-8 two:columns-2">
        {SHORTCUT_GROUPS.map(({ name, of }) => (
          <section key={name} aria-labelledby={`shortcuts-${name}`} className="break-inside-avoid pb-4">
            <h3 id={`shortcuts-${name}`} className="pt-1 pb-1 text-xs font-semibold text-n12">
              {t(`shortcuts.group.${name}`)}
            </h3>
            <dl>
              {of.map((id) => (
                <div key={id} className="flex min-h-8 items-center gap-2 border-b border-n5 text-sm">
                  <dt className="flex-1">{t(`shortcuts.${id}`)}</dt>
                  <dd>
                    <Keys of={id} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Sheet>
  );
}
