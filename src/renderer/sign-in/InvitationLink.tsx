import { useEffect, useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { wordsOf } from '../connect.ts';
import { Button } from '../parts/Button.tsx';
import { useApp } from '../state/app.ts';
import { Field } from './Field.tsx';
import { readInvitationLink } from './invitation-link.ts';

type State = { kind: 'closed' } | { kind: 'asks'; problem: string | null } | { kind: 'opened' };

/** The way in for who has no account yet: the page of the link, and the server's address from it. */
export function InvitationLink({
  fixedServer,
  onServer,
}: {
  /** The only server that may be used here. */
  fixedServer: string | undefined;
  onServer: (server: string) => void;
}): ReactElement {
  const { t } = useTranslation();
  const { connection } = useApp();
  const [state, setState] = useState<State>({ kind: 'closed' });
  const [link, setLink] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const asks = state.kind === 'asks';
  useEffect(() => {
    if (asks) field.current?.focus();
  }, [asks]);

  const open = async (): Promise<void> => {
    const read = readInvitationLink(link);
    if (!read) return setState({ kind: 'asks', problem: t('signIn.invitationWrong') });
    if (fixedServer !== undefined && read.server !== fixedServer) {
      return setState({ kind: 'asks', problem: t('signIn.invitationElsewhere', { server: fixedServer }) });
    }
    try {
      await connection.send('link.open', { url: read.url });
      onServer(read.server);
      setLink('');
      setState({ kind: 'opened' });
    } catch (error) {
      setState({ kind: 'asks', problem: wordsOf(error) });
    }
  };

  if (state.kind === 'opened') {
    return (
      <p role="status" className="mt-4 rounded-sm bg-n3 px-3 py-2 text-sm text-n12">
        {t('signIn.invitationOpened')}
      </p>
    );
  }
  if (state.kind === 'closed') {
    return (
      <Button kind="quiet" className="-ms-3 mt-4 forced-colors:ms-0" onClick={() => setState({ kind: 'asks', problem: null })}>
        {t('signIn.invited')}
      </Button>
    );
  }
  return (
    <div className="flex items-start gap-2">
      <div className="min-w-0 flex-1">
        <Field
          label={t('signIn.invitation')}
          problem={state.problem}
          hint={t('signIn.invitationHint')}
          type="url"
          autoComplete="off"
          spellCheck={false}
          ref={field}
          value={link}
          onChange={(event) => setLink(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            // It stands in the form of the sign-in, which isn't meant.
            event.preventDefault();
            void open();
          }}
        />
      </div>
      <Button className="mt-9.5 h-10" onClick={() => void open()}>
        {t('signIn.invitationOpen')}
      </Button>
    </div>
  );
}
