import { Plus, Tag } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { labelName } from '#shared/facts.ts';

import { useApp, useSlice } from '../state/app.ts';
import { known, label } from './actions.ts';
import { PickList, type PickOption } from './PickList.tsx';
import { WorkSheet, type Asked } from './WorkSheet.tsx';

function Labels({ conversations, start }: Asked<HTMLInputElement>): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const counted = useSlice('inbox', (state) => state.counts.labels);
  // Their labels change under the dialog.
  useSlice('inbox', (state) => state.pages);
  useSlice('thread', (state) => state.shown);
  const own = conversations.map((one) => known(app, one)?.team?.labels ?? []);
  const names = [...new Set([...counted.map(({ name }) => name), ...own.flat()])].toSorted((a, b) => a.localeCompare(b));
  const icon = <Tag className="size-4 text-n10" aria-hidden="true" />;
  const options = names.map((name) => ({ id: name, name, on: own.every((labels) => labels.includes(name)), icon }));
  const create = (typed: string): PickOption | null => {
    const name = labelName.safeParse(typed.trim().normalize('NFC'));
    if (!name.success) return null;
    return {
      id: `new:${name.data}`,
      name: t('work.label.create', { name: name.data }),
      on: false,
      icon: <Plus className="size-4 text-n10" aria-hidden="true" />,
    };
  };
  return (
    <PickList
      field={start}
      label={t('work.label.label')}
      placeholder={t('work.label.placeholder')}
      options={options}
      create={create}
      several
      empty={t('work.label.empty')}
      onPick={({ id, on }) => void label(app, t, conversations, id.startsWith('new:') ? id.slice(4) : id, !on)}
    />
  );
}

export function LabelDialog(): ReactElement {
  return <WorkSheet kind="label" body={Labels} />;
}
