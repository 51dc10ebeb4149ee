import { useCallback, useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { AgencyPeople, AgencyPerson, AgencyRole } from '#shared/agency-views.ts';

import { Button } from '../parts/Button.tsx';
import { useApp, useSlice } from '../state/app.ts';
import { moment } from '../words/times.ts';
import { InviteForm } from './InviteForm.tsx';
import { Section, useTrouble } from './parts.tsx';
import { RoleSelect } from './RoleSelect.tsx';

/** The agency's people and invitations, for its owners. Known to the server alone, so it needs the network. */
export function PeopleSettings(): ReactElement | null {
  const isOwner = useSlice('session', ({ phase }) => phase.kind === 'signed-in' && phase.session.account.role === 'owner');
  return isOwner ? <People /> : null;
}

/** Two people may have the same name; nobody has another one’s address. */
function Address({ email }: { email: string }): ReactElement {
  return (
    <p className="one-edge truncate text-xs text-n11" title={email}>
      <bdi dir="ltr">{email}</bdi>
    </p>
  );
}

function People(): ReactElement {
  const { t, i18n } = useTranslation();
  const { connection } = useApp();
  const now = useSlice('clock', (clock) => clock.now);
  const me = useSlice('session', ({ phase }) => (phase.kind === 'signed-in' ? phase.session.account.id : ''));
  const [known, setKnown] = useState<AgencyPeople | null>(null);
  const [failed, setFailed] = useState(false);
  /** Whom to shut out, before that is certain. */
  const [asked, setAsked] = useState<string | null>(null);
  const { trouble, ask, busy } = useTrouble();
  const load = useCallback(
    () =>
      connection.send('people.list', {}).then(
        (answer) => {
          setKnown(answer);
          setFailed(false);
        },
        () => setFailed(true),
      ),
    [connection],
  );
  useEffect(() => void load(), [load]);
  const change = async (id: string, to: { role?: AgencyRole; disabled?: boolean }): Promise<void> => {
    if (await ask(connection.send('people.change', { id, ...to }))) setAsked(null);
    await load();
  };
  const withdraw = async (id: string): Promise<void> => {
    await ask(connection.send('people.withdraw', { id }));
    await load();
  };

  const actions = (person: AgencyPerson): ReactElement | null => {
    if (person.id === me) return <span className="text-xs text-n11">{t('people.you')}</span>;
    if (person.disabled) {
      return (
        <Button
          small
          disabled={busy}
          aria-label={t('people.letInNamed', { name: person.name })}
          onClick={() => void change(person.id, { disabled: false })}
        >
          {t('people.letIn')}
        </Button>
      );
    }
    if (asked === person.id) return null;
    return (
      <Button
        small
        disabled={busy}
        aria-label={t('people.shutOutNamed', { name: person.name })}
        onClick={() => setAsked(person.id)}
      >
        {t('people.shutOutAsk')}
      </Button>
    );
  };

  return (
    <Section title={t('people.title')}>
      {failed && (
        <div className="flex items-center gap-4 text-sm text-n11">
          <p className="flex-1">{t('people.offline')}</p>
          <Button small onClick={() => void load()}>
            {t('common.retry')}
          </Button>
        </div>
      )}
      <ul aria-label={t('people.title')}>
        {known?.people.map((person) => (
          <li key={person.id} className="py-1">
            <div className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 max-two:pb-2">
              <div className="min-w-0 flex-1 max-two:basis-full">
                <p className={`truncate text-sm ${person.disabled ? 'text-n11' : ''}`}>
                  <bdi title={person.name}>{person.name}</bdi>
                  {person.disabled && <span className="ms-2 text-xs text-n11">{t('people.isOut')}</span>}
                </p>
                {person.email !== null && <Address email={person.email} />}
              </div>
              <div className="flex shrink-0 items-center gap-3 max-two:basis-full">
                {!person.disabled && (
                  <RoleSelect
                    label={t('people.roleOf', { name: person.name })}
                    role={person.role}
                    disabled={busy || person.id === me}
                    onRole={(role) => void change(person.id, { role })}
                  />
                )}
                <div className="flex w-24 shrink-0 justify-end max-two:ms-auto">{actions(person)}</div>
              </div>
            </div>
            {asked === person.id && (
              <div
                role="group"
                aria-label={t('people.shutOutNamed', { name: person.name })}
                className="mb-2 rounded-sm bg-n3 p-3"
              >
                <p className="text-sm">{t('people.shutOutText', { name: person.name })}</p>
                <div className="mt-2 flex justify-end gap-2">
                  <Button small onClick={() => setAsked(null)}>
                    {t('common.cancel')}
                  </Button>
                  <Button small kind="danger" disabled={busy} onClick={() => void change(person.id, { disabled: true })}>
                    {t('people.shutOut')}
                  </Button>
                </div>
              </div>
            )}
          </li>
        ))}
      </ul>
      {known && known.invitations.length > 0 && (
        <ul aria-label={t('people.invitations')} className="mt-2 border-t border-n5 pt-2">
          {known.invitations.map((invitation) => (
            <li key={invitation.id} className="flex min-h-9 items-center gap-3 py-1">
              <div className="min-w-0 flex-1">
                <p className="truncate text-sm">
                  <bdi>{invitation.name ?? invitation.email}</bdi>
                </p>
                {invitation.name !== null && <Address email={invitation.email} />}
                <p className="truncate text-xs text-n11">
                  {t('people.invitedAs', {
                    role: t(`people.${invitation.role}`),
                    time: moment(invitation.expiresAt, now, i18n.language),
                  })}
                </p>
              </div>
              <Button
                small
                disabled={busy}
                aria-label={t('people.withdrawNamed', { email: invitation.email })}
                onClick={() => void withdraw(invitation.id)}
              >
                {t('people.withdraw')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {trouble}
      {known && <InviteForm onInvited={() => void load()} />}
    </Section>
  );
}
