import { X } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { useApp, useSlice } from '../state/app.ts';

/** By what the list is narrowed, each to be taken away. */
export function Chosen(): ReactElement | null {
  const { t } = useTranslation();
  const app = useApp();
  const { status, label } = useSlice('inbox', (state) => state.choice);
  if (status === null && label === null) return null;
  const choose = app.inbox.getState().choose;
  const chips = [
    ...(status === null ? [] : [{ name: t(`jobStatus.${status}`), clear: () => choose({ status: null }) }]),
    ...(label === null ? [] : [{ name: label, clear: () => choose({ label: null }) }]),
  ];
  return (
    <div role="group" aria-label={t('choice.narrowed')} className="mx-4 mb-2 flex flex-wrap gap-1">
      {chips.map(({ name, clear }) => (
        <button
          key={name}
          type="button"
          aria-label={t('choice.remove', { name })}
          title={t('choice.remove', { name })}
          onClick={clear}
          className="flex h-6 max-w-full items-center gap-1 rounded-full bg-accent-soft ps-2 pe-1 text-xs text-accent-text"
        >
          <bdi className="truncate">{name}</bdi>
          <X className="size-3 shrink-0" aria-hidden="true" />
        </button>
      ))}
    </div>
  );
}
