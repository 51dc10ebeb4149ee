import { Eye, EyeOff } from 'lucide-react';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { enforcedPolicy } from '#shared/policies.ts';

import { wordsOf } from '../connect.ts';
import { PoliciesDialog } from '../frame/PoliciesDialog.tsx';
import { Button, IconButton } from '../parts/Button.tsx';
import { useApp, useSlice } from '../state/app.ts';
import { Emblem } from './Emblem.tsx';
import { Field } from './Field.tsx';
import { InvitationLink } from './InvitationLink.tsx';
import { useSignInWays } from './use-sign-in-ways.ts';

type Problem = { field: 'server' | 'email' | 'password' | null; text: string };

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

function Or(): ReactElement {
  const { t } = useTranslation();
  return (
    <p className="my-4 flex items-center gap-3 text-xs text-n11 before:h-px before:flex-1 before:bg-n6 after:h-px after:flex-1 after:bg-n6">
      {t('signIn.or')}
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
  const [state, setState] = useState<'ready' | 'busy' | 'browser'>('ready');
  const [problem, setProblem] = useState<Problem | null>(null);
  // Asked for when somebody has finished typing it.
  const [asked, setAsked] = useState(server.trim());
  const ways = useSignInWays(fixedServer ?? asked);

  const attempt = async (next: 'busy' | 'browser', work: () => Promise<void>): Promise<void> => {
    if (state !== 'ready') return;
    if (server.trim() === '') return setProblem({ field: 'server', text: t('signIn.missingServer') });
    setState(next);
    setProblem(null);
    try {
      await work();
      onDone?.();
    } catch (error) {
      setProblem({ field: null, text: wordsOf(error) });
      setState('ready');
    }
  };
  const byBrowser = (): Promise<void> => attempt('browser', () => session.getState().signInByBrowser(server.trim()));
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!ways.password) return ways.browser ? byBrowser() : undefined;
    if (server.trim() !== '' && email.trim() === '') return setProblem({ field: 'email', text: t('signIn.missingEmail') });
    if (server.trim() !== '' && password === '') return setProblem({ field: 'password', text: t('signIn.missingPassword') });
    await attempt('busy', () => session.getState().signIn({ server: server.trim(), email: email.trim(), password }));
  };
  const invitedTo = (from: string): void => {
    setServer(from);
    setAsked(from);
  };
  const continueButton = ways.browser && state !== 'browser' && (
    <Button
      kind={ways.first === 'browser' ? 'primary' : 'plain'}
      className={`h-10 w-full text-base ${ways.first === 'browser' ? 'mt-6' : ''}`}
      aria-disabled={state === 'busy'}
      onClick={() => void byBrowser()}
    >
      <span className="truncate">
        {ways.browser.name === null ? t('signIn.continue') : t('signIn.continueWith', { name: ways.browser.name })}
      </span>
    </Button>
  );
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
        onBlur={() => setAsked(server.trim())}
      />
      {ways.first === 'browser' && continueButton}
      {ways.first === 'browser' && ways.password && <Or />}
      {ways.password && (
        <>
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
        </>
      )}
      {problem?.field === null && (
        <p role="alert" className="mt-4 rounded-sm bg-red-tint px-3 py-2 text-sm text-red">
          {problem.text}
        </p>
      )}
      {!ways.password && !ways.browser && <p className="mt-4 text-sm text-n11">{t('signIn.noWay')}</p>}
      {state === 'browser' ? (
        <div role="status" className="mt-6 rounded-sm bg-n3 p-3 text-sm text-n12">
          <p>{t('signIn.inBrowser')}</p>
          <Button small className="mt-2" onClick={() => void session.getState().stopSignIn()}>
            {t('signIn.stop')}
          </Button>
        </div>
      ) : (
        <div className="mt-6 flex items-center gap-2 empty:hidden">
          {ways.password && (
            <Button
              kind={ways.first === 'password' ? 'primary' : 'plain'}
              type="submit"
              aria-disabled={state === 'busy'}
              className="h-10 flex-1 text-base"
            >
              {state === 'busy' ? t('signIn.busy') : t('signIn.submit')}
            </Button>
          )}
          {again && (
            <Button className="h-10" onClick={onDone}>
              {t('signIn.later')}
            </Button>
          )}
        </div>
      )}
      {ways.first === 'password' && ways.browser && state !== 'browser' && (
        <>
          <Or />
          {continueButton}
        </>
      )}
      {!again && <InvitationLink fixedServer={fixedServer} onServer={invitedTo} />}
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
    <main className="flex h-full overflow-y-auto bg-n2 p-6">
      <div className="m-auto w-full max-w-panel rounded-md border border-n5 bg-n1 p-8 shadow-low">
        <SignIn />
      </div>
      <PoliciesDialog />
    </main>
  );
}
