import { Lock } from 'lucide-react';
import { useEffect, useRef, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../parts/Button.tsx';

/** Asks before something that looks meant for the team goes to everybody. The careful answer has the focus. */
export function TeamCheck({
  audience,
  onMove,
  onSend,
  onStop,
}: {
  audience: string;
  onMove: () => void;
  onSend: () => void;
  onStop: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const move = useRef<HTMLButtonElement>(null);
  useEffect(() => move.current?.focus(), []);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Esc leaves it, whichever answer has the focus
    <div
      role="alertdialog"
      aria-labelledby="team-check"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        onStop();
      }}
      className="flex flex-wrap items-center gap-2 rounded-t-md border-b border-amber-line bg-amber-tint px-3 py-2"
    >
      <p id="team-check" className="min-w-0 flex-1 basis-60 text-sm text-amber">
        <span className="font-medium">{t('teamCheck.title')}</span> {t('teamCheck.text', { names: audience })}
      </p>
      <Button ref={move} small onClick={onMove}>
        <Lock className="size-3" aria-hidden="true" />
        {t('teamCheck.move')}
      </Button>
      <Button small onClick={onSend}>
        {t('teamCheck.send')}
      </Button>
      <Button small kind="quiet" onClick={onStop}>
        {t('teamCheck.stop')}
      </Button>
    </div>
  );
}
