import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { DraftShared } from '#shared/views.ts';

import { Button } from '../parts/Button.tsx';

/** What else belongs to this draft: words of another device that it wasn't joined with, and files that lie there. Enter sends neither. */
export function DraftAside({
  shared: { aside, filesElsewhere },
  onAdd,
  onDrop,
}: {
  shared: DraftShared;
  onAdd: () => void;
  onDrop: () => void;
}): ReactElement | null {
  const { t } = useTranslation();
  return (
    <div role="status" className="empty:hidden">
      {aside !== null && (
        <div className="flex flex-wrap items-center gap-2 border-b border-n5 px-3 py-2" data-testid="draft-aside">
          <div className="min-w-40 flex-1 border-s-2 border-n7 ps-2">
            <p className="text-xs font-medium text-n11">{t('composer.aside')}</p>
            <p dir="auto" className="written one-edge line-clamp-3 text-sm text-n12">
              {aside}
            </p>
          </div>
          <span className="flex gap-2">
            <Button small onClick={onAdd}>
              {t('composer.asideAdd')}
            </Button>
            <Button small onClick={onDrop}>
              {t('composer.asideDrop')}
            </Button>
          </span>
        </div>
      )}
      {filesElsewhere > 0 && (
        <p className="border-b border-n5 px-3 py-2 text-xs text-n11">{t('composer.filesElsewhere', { count: filesElsewhere })}</p>
      )}
    </div>
  );
}
