import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { partyOf, type Role } from '#shared/roles.ts';

const SHAPES = {
  client: <path d="M6 1.2 10.8 6 6 10.8 1.2 6z" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" />,
  worker: <path d="M6 1.8 11 10.4H1z" fill="currentColor" />,
  agency: <rect x="1.5" y="1.5" width="9" height="9" rx="1" fill="currentColor" />,
};

/** The shape of a party, with its word for those who don't see it; `word` shows the word too. */
export function RoleMark({ role, word = false }: { role: Role; word?: boolean }): ReactElement {
  const { t } = useTranslation();
  const party = partyOf(role);
  return (
    <span className="inline-flex shrink-0 items-center gap-1 text-n10">
      <svg viewBox="0 0 12 12" className="size-2.5 shrink-0" aria-hidden="true">
        {SHAPES[party]}
      </svg>
      <span className={word ? 'text-xs' : 'sr-only'}>{t(`role.${party}`)}</span>
    </span>
  );
}
