import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { wordsOf } from '../connect.ts';
import { Button } from '../parts/Button.tsx';
import { Sheet } from '../parts/Sheet.tsx';
import { SignIn } from '../sign-in/SignIn.tsx';
import { useApp, useSlice } from '../state/app.ts';

/** Asks whether to keep or to wipe, since a wipe can't be undone. */
export function SignOutDialog(): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const open = useSlice('ui', (state) => state.dialog === 'sign-out');
  const server = useSlice('session', (state) => (state.phase.kind === 'signed-in' ? state.phase.session.server : ''));
  const waiting = useSlice('status', (state) => state.sync.queued + state.sync.notSent);
  const [failure, setFailure] = useState<string | null>(null);
  const signOut = (wipe: boolean): void => {
    setFailure(null);
    app.session
      .getState()
      .signOut(wipe)
      .then(() => app.ui.getState().show('none'))
      .catch((error: unknown) => setFailure(t('me.failed', { why: wordsOf(error) })));
  };
  return (
    <Sheet
      open={open}
      onClose={() => app.ui.getState().show('none')}
      title={t('me.signOutTitle', { server })}
      about={t('me.signOutText')}
      foot={
        <>
          <Button onClick={() => app.ui.getState().show('none')}>{t('common.cancel')}</Button>
          <Button kind="danger" onClick={() => signOut(true)}>
            {t('me.wipe')}
          </Button>
          <Button kind="primary" onClick={() => signOut(false)}>
            {t('me.keep')}
          </Button>
        </>
      }
    >
      {waiting > 0 && (
        <p className="mt-2 rounded-sm bg-amber-tint px-3 py-2 text-sm text-amber">{t('me.signOutQueued', { count: waiting })}</p>
      )}
      {failure !== null && (
        <p role="alert" className="mt-2 rounded-sm bg-red-tint px-3 py-2 text-sm text-red">
          {failure}
        </p>
      )}
    </Sheet>
  );
}

/** Signing in again over what is here. */
export function SignInDialog(): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const open = useSlice('ui', (state) => state.dialog === 'sign-in');
  const close = (): void => app.ui.getState().show('none');
  return (
    <Sheet open={open} onClose={close} title={t('signIn.title')} about={t('signIn.again')}>
      <SignIn again onDone={close} />
    </Sheet>
  );
}
