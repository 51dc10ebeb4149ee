import { useId, useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../parts/Button.tsx';
import { useApp } from '../state/app.ts';
import { Section, useTrouble } from './parts.tsx';

const FIELD = 'mt-1 h-9 w-full rounded-sm border border-n7 bg-n1 px-3 text-base text-n12';

export function PasswordSettings(): ReactElement {
  const { t } = useTranslation();
  const { connection } = useApp();
  const id = useId();
  const [open, setOpen] = useState(false);
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [done, setDone] = useState(false);
  const { trouble, ask, busy } = useTrouble();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!(await ask(connection.send('account.changePassword', { current, next })))) return;
    setCurrent('');
    setNext('');
    setOpen(false);
    setDone(true);
  };
  return (
    <Section title={t('settings.password')}>
      {done && (
        <p role="status" className="mb-2 text-sm text-green">
          {t('settings.passwordDone')}
        </p>
      )}
      {!open ? (
        <Button
          small
          onClick={() => {
            setDone(false);
            setOpen(true);
          }}
        >
          {t('settings.changePassword')}
        </Button>
      ) : (
        <form onSubmit={(event) => void submit(event)}>
          <div className="grid gap-3 two:grid-cols-2">
            <div>
              <label htmlFor={`${id}-current`} className="text-sm">
                {t('settings.currentPassword')}
              </label>
              <input
                id={`${id}-current`}
                type="password"
                required
                autoComplete="current-password"
                value={current}
                onChange={(event) => setCurrent(event.target.value)}
                className={FIELD}
              />
            </div>
            <div>
              <label htmlFor={`${id}-next`} className="text-sm">
                {t('settings.nextPassword')}
              </label>
              <input
                id={`${id}-next`}
                type="password"
                required
                minLength={10}
                autoComplete="new-password"
                aria-describedby={`${id}-hint`}
                value={next}
                onChange={(event) => setNext(event.target.value)}
                className={FIELD}
              />
            </div>
          </div>
          <p id={`${id}-hint`} className="mt-2 text-xs text-n11">
            {t('settings.passwordHint')}
          </p>
          {trouble}
          <div className="mt-3 flex gap-2">
            <Button kind="primary" small type="submit" disabled={busy || current === '' || next === ''}>
              {t('settings.changePassword')}
            </Button>
            <Button small onClick={() => setOpen(false)}>
              {t('common.cancel')}
            </Button>
          </div>
        </form>
      )}
    </Section>
  );
}
