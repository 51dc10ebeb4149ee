import { CalendarDays, Hourglass, Inbox, Sunrise } from 'lucide-react';
import { useState, type KeyboardEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../parts/Button.tsx';
import { useApp } from '../state/app.ts';
import { moment } from '../words/times.ts';
import { known, snooze } from './actions.ts';
import { fieldValue, snoozeTimes } from './snooze-times.ts';
import { WorkSheet, type Asked } from './WorkSheet.tsx';

const ICONS = { later: Hourglass, tomorrow: Sunrise, monday: CalendarDays };
const ROW = 'flex h-10 w-full items-center gap-3 rounded-sm px-2 text-start text-sm hover:bg-n3';

/** Up and down move among the times, as in a list. */
function moveAmong(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined || !(event.target instanceof HTMLButtonElement)) return;
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  buttons[(buttons.indexOf(event.target) + step + buttons.length) % buttons.length]?.focus();
  event.preventDefault();
}

function Times({ conversations, start }: Asked<HTMLButtonElement>): ReactElement {
  const { t, i18n } = useTranslation();
  const app = useApp();
  const [now] = useState(() => Date.now());
  const times = snoozeTimes(now);
  const [own, setOwn] = useState(() => fieldValue(times.at(-1)?.at ?? now));
  const at = new Date(own).getTime();
  const isLater = at > now;
  const isAway = conversations.every((one) => known(app, one)?.own.place === 'snoozed');
  const choose = (until: number | null): void => {
    app.work.getState().close();
    void snooze(app, t, conversations, until, until === null ? '' : moment(until, now, i18n.language));
  };
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the buttons in it have the focus */}
      <div onKeyDown={moveAmong}>
        {times.map((time, index) => {
          const Icon = ICONS[time.name];
          return (
            <button
              key={time.name}
              ref={index === 0 ? start : undefined}
              type="button"
              className={ROW}
              onClick={() => choose(time.at)}
            >
              <Icon className="size-4 text-n10" aria-hidden="true" />
              <span className="flex-1">{t(`work.snooze.${time.name}`)}</span>
              <span className="text-xs text-n11 tabular-nums">{moment(time.at, now, i18n.language)}</span>
            </button>
          );
        })}
        {isAway && (
          <button type="button" className={ROW} onClick={() => choose(null)}>
            <Inbox className="size-4 text-n10" aria-hidden="true" />
            {t('work.snooze.now')}
          </button>
        )}
      </div>
      <form
        className="mt-2 flex flex-wrap items-end gap-2 border-t border-n5 pt-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (isLater) choose(at);
        }}
      >
        <label className="min-w-0 flex-1">
          <span className="text-xs font-medium text-n11">{t('work.snooze.own')}</span>
          <input
            type="datetime-local"
            required
            min={fieldValue(now)}
            value={own}
            onChange={(event) => setOwn(event.target.value)}
            className="mt-1 block h-8 w-full rounded-sm border border-n7 bg-n1 px-2 text-sm"
          />
        </label>
        <Button kind="primary" type="submit" disabled={!isLater}>
          {t('work.snooze.do')}
        </Button>
        {!isLater && (
          <p role="alert" className="w-full text-xs text-red">
            {t('work.snooze.passed')}
          </p>
        )}
      </form>
    </>
  );
}

export function SnoozeDialog(): ReactElement {
  return <WorkSheet kind="snooze" body={Times} />;
}
