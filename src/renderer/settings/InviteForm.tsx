import { useId, useRef, useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { AgencyRole } from '#shared/agency-views.ts';

import { Button } from '../parts/Button.tsx';
import { useApp } from '../state/app.ts';
import { useTrouble } from './parts.tsx';
import { RoleSelect } from './RoleSelect.tsx';

const FIELD = 'mt-1 h-9 w-full rounded-sm border border-n7 bg-n1 px-3 text-base text-n12';

type State = { kind: 'closed' } | { kind: 'open' } | { kind: 'made'; email: string; link: string; copied: boolean };

/** Makes the link of an invitation. It is shown this once, and it is the owner who sends it. */
export function InviteForm({ onInvited }: { onInvited: () => void }): ReactElement {
  const { t } = useTranslation();
  const { connection } = useApp();
  const id = useId();
  const link = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<State>({ kind: 'closed' });
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState<AgencyRole>('staff');
  const { trouble, ask, busy } = useTrouble();

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    let made = '';
    const wanted = { email: email.trim(), name: name.trim() === '' ? null : name.trim(), role };
    const asked = connection.send('people.invite', wanted).then((answer) => {
      made = answer.link;
    });
    if (!(await ask(asked))) return;
    setState({ kind: 'made', email: wanted.email, link: made, copied: false });
    setEmail('');
    setName('');
    onInvited();
  };
  const copy = async (made: Extract<State, { kind: 'made' }>): Promise<void> => {
    // Where the clipboard isn't to be had, it is marked for the person's own keys.
    link.current?.select();
    if (await ask(navigator.clipboard.writeText(made.link))) setState({ ...made, copied: true });
  };

  if (state.kind === 'closed') {
    return (
      <Button small className="mt-2" onClick={() => setState({ kind: 'open' })}>
        {t('people.invite')}
      </Button>
    );
  }
  if (state.kind === 'made') {
    return (
      <div className="mt-2 rounded-sm bg-n3 p-3">
        <label htmlFor={`${id}-link`} className="text-sm">
          {t('people.linkFor', { email: state.email })}
        </label>
        <div className="flex items-end gap-2">
          <input
            id={`${id}-link`}
            ref={link}
            readOnly
            dir="ltr"
            value={state.link}
            onFocus={(event) => event.target.select()}
            aria-describedby={`${id}-hint`}
            className={FIELD}
          />
          <Button className="h-9" onClick={() => void copy(state)}>
            {state.copied ? t('people.copied') : t('people.copy')}
          </Button>
        </div>
        <p id={`${id}-hint`} className="mt-1 text-xs text-n11">
          {t('people.linkHint')}
        </p>
        {trouble}
        <Button small className="mt-2" onClick={() => setState({ kind: 'closed' })}>
          {t('people.done')}
        </Button>
      </div>
    );
  }
  return (
    <form className="mt-2 rounded-sm bg-n3 p-3" aria-label={t('people.invite')} onSubmit={(event) => void submit(event)}>
      <div className="grid gap-3 two:grid-cols-2">
        <div>
          <label htmlFor={`${id}-email`} className="text-sm">
            {t('signIn.email')}
          </label>
          <input
            id={`${id}-email`}
            type="email"
            required
            maxLength={254}
            autoComplete="off"
            dir="ltr"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
            className={FIELD}
          />
        </div>
        <div>
          <label htmlFor={`${id}-name`} className="text-sm">
            {t('people.name')}
          </label>
          <input
            id={`${id}-name`}
            maxLength={120}
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.target.value)}
            className={FIELD}
          />
        </div>
      </div>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <RoleSelect label={t('people.role')} role={role} onRole={setRole} />
        <p className="min-w-0 flex-1 text-xs text-n11">{t(`people.${role}Hint`)}</p>
        <Button small onClick={() => setState({ kind: 'closed' })}>
          {t('common.cancel')}
        </Button>
        <Button small kind="primary" type="submit" disabled={busy}>
          {t('people.make')}
        </Button>
      </div>
      {trouble}
    </form>
  );
}
