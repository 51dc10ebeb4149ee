import { UserX } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { PersonView } from '#shared/views.ts';

import { wordsOf } from '../connect.ts';
import { Face } from '../parts/Avatar.tsx';
import { useApp, useSlice, type App } from '../state/app.ts';
import { assign, known } from './actions.ts';
import { PickList } from './PickList.tsx';
import { WorkSheet, type Asked } from './WorkSheet.tsx';

/** Employees see only jobs that they take part in: of many conversations, whoever all of them can go to. */
const ASKED_AT_MOST = 40;

async function peopleOf(app: App, conversations: readonly string[]): Promise<PersonView[]> {
  const lists = await Promise.all(
    conversations.slice(0, ASKED_AT_MOST).map((conversation) => app.connection.send('team.people', { conversation })),
  );
  const [first, ...rest] = lists.map(({ people }) => people);
  return (first ?? []).filter(({ id }) => rest.every((people) => people.some((one) => one.id === id)));
}

function People({ conversations, start }: Asked<HTMLInputElement>): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const me = useSlice('session', ({ phase }) => (phase.kind === 'signed-in' ? phase.session.account.id : null));
  const [people, setPeople] = useState<PersonView[]>([]);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    let left = false;
    peopleOf(app, conversations).then(
      (found) => left || setPeople(found),
      (error: unknown) => left || setFailure(wordsOf(error)),
    );
    return () => {
      left = true;
    };
  }, [app, conversations]);
  const held = conversations.map((one) => known(app, one)?.team?.assignee?.id ?? null);
  const mine = people.toSorted((a, b) => Number(b.id === me) - Number(a.id === me));
  const options = [
    ...mine.map((person) => ({
      id: person.id,
      name: person.id === me ? t('work.assign.me', { name: person.name }) : person.name,
      on: held.every((id) => id === person.id),
      icon: <Face person={person} />,
    })),
    {
      id: '',
      name: t('work.assign.nobody'),
      on: held.every((id) => id === null),
      icon: <UserX className="size-4 text-n10" aria-hidden="true" />,
    },
  ];
  return (
    <>
      {failure !== null && (
        <p role="alert" className="mb-2 text-sm text-red">
          {failure}
        </p>
      )}
      <PickList
        field={start}
        label={t('work.assign.label')}
        placeholder={t('work.assign.placeholder')}
        options={options}
        several={false}
        empty={t('work.assign.empty')}
        onPick={({ id }) => {
          app.work.getState().close();
          void assign(app, t, conversations, people.find((person) => person.id === id) ?? null);
        }}
      />
    </>
  );
}

export function AssignDialog(): ReactElement {
  return <WorkSheet kind="assign" body={People} />;
}
