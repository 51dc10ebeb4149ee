import { AlertDialog } from '@base-ui/react/alert-dialog';
import { useId, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { JOB_RULES, jobActionsFor, type JobAction } from '#shared/job-states.ts';
import { partIn } from '#shared/roles.ts';

import { wordsOf } from '../connect.ts';
import { Button } from '../parts/Button.tsx';
import { useApp, useSlice } from '../state/app.ts';
import type { OpenThread } from '../state/thread-store.ts';

/** What this person may do to the job now. The server has the last word, so it needs a connection. */
export function JobActions({ shown, me }: { shown: OpenThread; me: string }): ReactElement | null {
  const { t } = useTranslation();
  const app = useApp();
  const reason = useId();
  const session = useSlice('session', (state) => (state.phase.kind === 'signed-in' ? state.phase.session : null));
  const online = useSlice('status', (state) => state.sync.connection.kind === 'online');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const { id, job, participants, agency } = shown.conversation;
  const listed = participants.find((person) => person.account === me);
  const part = session && partIn(session.account.role, session.agency === agency.name, listed?.role ?? null);
  const actions = part === null || listed?.left ? [] : jobActionsFor(job.status, part);
  if (actions.length === 0 && failure === null) return null;

  const act = (action: JobAction): void => {
    setBusy(true);
    setFailure(null);
    app.connection
      .send('job.act', { conversation: id, action })
      .catch((error: unknown) => setFailure(t('job.failed', { why: wordsOf(error) })))
      .finally(() => setBusy(false));
  };
  const disabled = busy || !online;
  const described = online ? undefined : reason;
  return (
    <div role="group" aria-label={t('job.actions')} className="mt-3 flex flex-wrap gap-2">
      {actions.map((action) =>
        JOB_RULES[action].final ? (
          <FinalAction key={action} action={action} disabled={disabled} described={described} onAct={() => act(action)} />
        ) : (
          <Button
            key={action}
            kind={action === 'reopen' ? 'plain' : 'primary'}
            disabled={disabled}
            aria-describedby={described}
            onClick={() => act(action)}
          >
            {t(`job.do.${action}`)}
          </Button>
        ),
      )}
      {!online && actions.length > 0 && (
        <p id={reason} className="w-full text-xs text-n11">
          {t('job.needsNetwork')}
        </p>
      )}
      {failure !== null && (
        <p role="alert" className="w-full rounded-sm bg-red-tint px-3 py-2 text-sm text-red">
          {failure}
        </p>
      )}
    </div>
  );
}

type FinalActionProps = { action: JobAction; disabled: boolean; described: string | undefined; onAct: () => void };

/** Asks first: it can't be taken back here. */
function FinalAction({ action, disabled, described, onAct }: FinalActionProps): ReactElement {
  const { t } = useTranslation();
  const kind = action === 'approve' ? 'primary' : 'danger';
  const words = action === 'approve' ? 'approve' : 'cancel';
  return (
    <AlertDialog.Root>
      <AlertDialog.Trigger
        render={
          <Button kind={kind} disabled={disabled} aria-describedby={described}>
            {t(`job.do.${action}`)}
          </Button>
        }
      />
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-40 bg-veil" />
        <AlertDialog.Popup className="sheet fixed inset-x-4 z-50 mx-auto max-w-panel rounded-md border border-n6 bg-n1 p-6 shadow-high outline-none">
          <AlertDialog.Title className="text-lg font-semibold">{t(`job.ask.${words}.title`)}</AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-sm text-n11">{t(`job.ask.${words}.text`)}</AlertDialog.Description>
          <div className="mt-6 flex justify-end gap-2">
            <AlertDialog.Close render={<Button>{t('job.ask.back')}</Button>} />
            <AlertDialog.Close render={<Button kind={kind} onClick={onAct} />}>{t(`job.do.${action}`)}</AlertDialog.Close>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
