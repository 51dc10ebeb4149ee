import { CalendarDays } from 'lucide-react';
import { useState, type ReactElement, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';

import { wordsOf } from '../connect.ts';
import { Button } from '../parts/Button.tsx';
import { IconPopover } from '../parts/IconMenu.tsx';
import { useApp, useSlice } from '../state/app.ts';
import { focusOn } from '../state/navigate.ts';
import { goToDay, goToFirstUnread } from '../state/thread-moves.ts';

/** `2026-11-23` → midnight here. */
export function dayOf(value: string): Date | null {
  const [year, month, date] = value.split('-').map(Number);
  return year && month && date ? new Date(year, month - 1, date) : null;
}

/** Ways through a long thread: a day, the first unread, the end. */
export function JumpMenu(): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const open = useSlice('ui', (state) => state.jumping);
  const unread = useSlice('thread', ({ shown }) => shown.kind === 'open' && shown.firstUnread !== null);
  const [day, setDay] = useState('');
  const [failure, setFailure] = useState<string | null>(null);
  const setOpen = (next: boolean): void => {
    setFailure(null);
    app.ui.setState({ jumping: next });
  };
  const leave = (): void => {
    setOpen(false);
    requestAnimationFrame(() => focusOn('messages'));
  };
  const go = (event: SyntheticEvent): void => {
    event.preventDefault();
    const date = dayOf(day);
    if (!date) return setFailure(t('jump.noDay'));
    goToDay(app, date).then(
      (found) => (found ? leave() : setFailure(t('jump.nothing'))),
      (error: unknown) => setFailure(wordsOf(error)),
    );
  };
  return (
    <IconPopover
      label={t('jump.title')}
      icon={<CalendarDays className="size-4" aria-hidden="true" />}
      align="end"
      open={open}
      onOpenChange={setOpen}
    >
      <form onSubmit={go} className="mt-2 flex gap-2">
        <input
          type="date"
          aria-label={t('jump.day')}
          value={day}
          onChange={(event) => setDay(event.target.value)}
          className="h-8 min-w-0 flex-1 rounded-sm border border-n7 bg-n1 px-2 text-sm text-n12"
        />
        <Button type="submit" kind="primary">
          {t('jump.go')}
        </Button>
      </form>
      {failure !== null && (
        <p role="alert" className="mt-2 text-sm text-red">
          {failure}
        </p>
      )}
      <div className="mt-2 flex flex-wrap gap-2">
        {unread && (
          <Button
            small
            onClick={() => {
              goToFirstUnread(app);
              leave();
            }}
          >
            {t('jump.unread')}
          </Button>
        )}
        <Button
          small
          onClick={() => {
            app.thread.getState().toLatest();
            leave();
          }}
        >
          {t('thread.latest')}
        </Button>
      </div>
    </IconPopover>
  );
}
