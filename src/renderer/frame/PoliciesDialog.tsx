import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { definitionOf, type PoliciesView } from '#shared/policies.ts';

import { Sheet } from '../parts/Sheet.tsx';
import { useApp, useSlice } from '../state/app.ts';

type Entry = PoliciesView['entries'][number];

/** What the organisation settled on this machine, and where that stands: for people who wonder, and for their IT. */
export function PoliciesDialog(): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const open = useSlice('ui', (state) => state.dialog === 'policies');
  const { entries, problems } = useSlice('session', (state) => state.policies);
  return (
    <Sheet open={open} onClose={() => app.ui.getState().closeDialog()} title={t('policies.title')} about={t('policies.about')}>
      {problems.length > 0 && (
        <section aria-label={t('policies.problems')} className="mb-4 rounded-sm bg-red-tint px-3 py-2 text-sm text-red">
          <h3 className="font-semibold">{t('policies.problems')}</h3>
          <ul className="mt-1 list-disc ps-4">
            {problems.map(({ where, name, message }) => (
              <li key={`${where} ${name ?? ''} ${message}`} className="break-words">
                <bdi>{name ?? where}</bdi> {message}
                {name !== null && (
                  <span className="block text-xs">
                    <bdi>{where}</bdi>
                  </span>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- nothing else in it can be reached by Tab, so nobody could scroll it */}
      <dl tabIndex={0} aria-label={t('policies.title')}>
        {entries.map((entry) => (
          <Policy key={entry.name} entry={entry} />
        ))}
      </dl>
    </Sheet>
  );
}

function Policy({ entry: { name, set } }: { entry: Entry }): ReactElement {
  const { t } = useTranslation();
  return (
    <div data-testid={`policy-${name}`} className="border-b border-n5 py-3 text-sm">
      <dt className="font-medium">{t(`policies.names.${name}`)}</dt>
      {set === null ? (
        <dd className="text-n11">{t('policies.unset', { what: t(`policies.otherwise.${name}`) })}</dd>
      ) : (
        <>
          <dd className="break-words">
            <bdi>
              <Value name={name} value={set.value} />
            </bdi>
          </dd>
          <dd className="text-xs break-words text-n11">
            {t(`policies.level.${set.level}`)} · <bdi>{set.where}</bdi>
          </dd>
        </>
      )}
    </div>
  );
}

function Value({ name, value }: { name: Entry['name']; value: NonNullable<Entry['set']>['value'] }): string {
  const { t } = useTranslation();
  switch (definitionOf(name).kind) {
    case 'switch':
      return value === true ? t('policies.on') : t('policies.off');
    case 'count':
      return t('policies.days', { count: Number(value) });
    case 'address':
    case 'proxy':
    case 'path':
    case 'choice':
      return String(value);
  }
}
