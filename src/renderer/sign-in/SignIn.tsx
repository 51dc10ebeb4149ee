import { Eye, EyeOff } from 'lucide-react';
import { useId, useState, type ComponentProps, type FormEvent, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { enforcedPolicy } from '#shared/policies.ts';

import { wordsOf } from '../connect.ts';
import { PoliciesDialog } from '../frame/PoliciesDialog.tsx';
import { Button, IconButton } from '../parts/Button.tsx';
import { useApp, useSlice } from '../state/app.ts';
import { Emblem } from './Emblem.tsx';

type Problem = { field: 'server' | 'email' | 'password' | null; text: string };

function Field({
  label,
  problem,
  hint = null,
  end,
  ...input
}: ComponentProps<'input'> & { label: string; problem: string | null; hint?: string | null; end?: ReactNode }): ReactElement {
  const id = useId();
  return (
    <div className="mt-4">
      <label htmlFor={id} className="block text-sm font-medium text-n12">
        {label}
      </label>
      <div className="relative mt-1">
        <input
          id={id}
          dir="ltr"
          aria-invalid={problem !== null}
          aria-describedby={problem === null ? (hint === null ? undefined : `${id}-hint`) : `${id}-problem`}
          className="h-10 w-full rounded-sm border border-n7 bg-n1 px-3 text-base text-n12 outline-offset-0 placeholder:text-n10 read-only:bg-n3 read-only:text-n11 aria-invalid:border-red"
          {...input}
        />
        {end && <div className="absolute inset-y-1 end-1">{end}</div>}
      </div>
      {hint !== null && problem === null && (
        <p id={`${id}-hint`} className="mt-1 text-xs text-n11">
          {hint}
        </p>
      )}
      {problem !== null && (
        <p id={`${id}-problem`} className="mt-1 text-sm text-red">
          {problem}
        </p>
      )}
    </div>
  );
}

/** Why there is nothing of anybody here any more. */
function Removed(): ReactElement | null {
  const { t } = useTranslation();
  const connection = useSlice('status', ({ sync }) => sync.connection);
  if (connection.kind !== 'signed-out' || connection.reason === 'ended') return null;
  const unsent = connection.unsent ?? 0;
  return (
    <p className="mt-4 rounded-sm bg-red-tint px-3 py-2 text-sm text-red">
      {t(connection.reason === 'account-disabled' ? 'signIn.disabled' : 'signIn.wiped')}
      {unsent > 0 && ` ${t('signIn.unsent', { count: unsent })}`}
    </p>
  );
}

/** `again`: the session ended, and what is here stays readable behind this. */
export function SignIn({ again = false, onDone }: { again?: boolean; onDone?: () => void }): ReactElement {
  const { t } = useTranslation();
  const { session, ui } = useApp();
  const kept = useSlice('session', (state) => state.server);
  const policies = useSlice('session', (state) => state.policies);
  const fixedServer = enforcedPolicy(policies, 'ServerAddress');
  const anySettled = policies.problems.length > 0 || policies.entries.some(({ set }) => set !== null);
  const plainSecrets = useSlice('session', (state) => !state.capabilities.secretStore);
  const known = useSlice('session', (state) => (state.phase.kind === 'signed-in' ? state.phase.session.account.email : ''));
  const [typed, setServer] = useState(kept);
  const server = fixedServer ?? typed;
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    if (server.trim() === '') return setProblem({ field: 'server', text: t('signIn.missingServer') });
    if (email.trim() === '') return setProblem({ field: 'email', text: t('signIn.missingEmail') });
    if (password === '') return setProblem({ field: 'password', text: t('signIn.missingPassword') });
    setBusy(true);
    setProblem(null);
    try {
      await session.getState().signIn({ server: server.trim(), email: email.trim(), password });
      onDone?.();
    } catch (error) {
      setProblem({ field: null, text: wordsOf(error) });
      setBusy(false);
    }
  };
  const of = (field: Problem['field']): string | null => (problem?.field === field ? problem.text : null);

  return (
    <form
      noValidate
      onSubmit={(event) => void submit(event)}
      className={`w-full ${again ? '' : 'max-w-form'}`}
      aria-label={t('signIn.title')}
    >
      {!again && (
        <>
          <Emblem />
          <h1 className="mt-6 text-xl font-semibold">{t('app.name')}</h1>
          <p className="mt-1 text-base text-n11">{t('signIn.about')}</p>
          <Removed />
        </>
      )}
      <Field
        label={t('signIn.server')}
        problem={of('server')}
        type="url"
        inputMode="url"
        autoComplete="url"
        spellCheck={false}
        value={server}
        readOnly={fixedServer !== undefined}
        hint={fixedServer === undefined ? null : t('policies.hint')}
        onChange={(event) => setServer(event.target.value)}
      />
      <Field
        label={t('signIn.email')}
        problem={of('email')}
        type="email"
        autoComplete="username"
        spellCheck={false}
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <Field
        label={t('signIn.password')}
        problem={of('password')}
        type={shown ? 'text' : 'password'}
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        end={
          <IconButton label={shown ? t('signIn.hidePassword') : t('signIn.showPassword')} onClick={() => setShown(!shown)}>
            {shown ? <EyeOff className="size-4" aria-hidden="true" /> : <Eye className="size-4" aria-hidden="true" />}
          </IconButton>
        }
      />
      {problem?.field === null && (
        <p role="alert" className="mt-4 rounded-sm bg-red-tint px-3 py-2 text-sm text-red">
          {problem.text}
        </p>
      )}
      <div className="mt-6 flex items-center gap-2">
        <Button kind="primary" type="submit" aria-disabled={busy} className="h-10 flex-1 text-base">
          {busy ? t('signIn.busy') : t('signIn.submit')}
        </Button>
        {again && (
          <Button className="h-10" onClick={onDone}>
            {t('signIn.later')}
          </Button>
        )}
      </div>
      {plainSecrets && <p className="mt-4 text-xs text-n11">{t('signIn.fileSecrets')}</p>}
      {anySettled && !again && (
        <Button className="mt-4" onClick={() => ui.getState().show('policies')}>
          {t('policies.open')}
        </Button>
      )}
    </form>
  );
}

export function SignInScreen(): ReactElement {
  return (
    <main className="flex h-full items-center justify-center overflow-y-auto bg-n2 p-6">
      <div className="w-full max-w-panel rounded-md border border-n5 bg-n1 p-8 shadow-low">
        <SignIn />
      </div>
      <PoliciesDialog />
    </main>
  );
}
