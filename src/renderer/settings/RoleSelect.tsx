import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { AGENCY_ROLES, type AgencyRole } from '#shared/agency-views.ts';

const SELECT = 'h-8 rounded-sm border border-n7 bg-n1 px-2 text-sm text-n12 disabled:text-n10';

/** What somebody of an agency is. */
export function RoleSelect({
  label,
  role,
  disabled = false,
  onRole,
}: {
  label: string;
  role: AgencyRole;
  disabled?: boolean;
  onRole: (role: AgencyRole) => void;
}): ReactElement {
  const { t } = useTranslation();
  return (
    <select
      aria-label={label}
      value={role}
      disabled={disabled}
      onChange={(event) => onRole(AGENCY_ROLES.find((one) => one === event.target.value) ?? role)}
      className={SELECT}
    >
      {AGENCY_ROLES.map((one) => (
        <option key={one} value={one}>
          {t(`people.${one}`)}
        </option>
      ))}
    </select>
  );
}
