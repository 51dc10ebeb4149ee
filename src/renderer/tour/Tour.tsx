import { X } from 'lucide-react';
import { useCallback, useEffect, useId, useRef, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../parts/Button.tsx';
import { keysOf } from '../shortcuts/keys.ts';
import { useApp, useSlice } from '../state/app.ts';
import { focusOn } from '../state/navigate.ts';

const STEPS = ['list', 'audience', 'keys'] as const;

/** Three things to know, in a corner: the app can be used beside it. Shown once, and again when somebody asks for it. */
export function Tour(): ReactElement | null {
  const { t } = useTranslation();
  const app = useApp();
  const step = useSlice('ui', (state) => state.tour);
  const covered = useSlice('ui', (state) => state.dialog !== 'none');
  const card = useRef<HTMLElement>(null);
  const id = useId();
  const begun = step !== null;
  const end = useCallback((): void => {
    const inside = card.current?.contains(document.activeElement) ?? false;
    app.ui.setState({ tour: null });
    if (inside) focusOn('inbox');
    if (app.session.getState().settings.toured) return;
    // A disk that takes nothing now: then it is shown once more.
    app.session
      .getState()
      .setSettings({ toured: true })
      .catch(() => undefined);
  }, [app]);
  useEffect(() => {
    if (begun && !covered) card.current?.focus({ preventScroll: true });
    // oxlint-disable-next-line react/exhaustive-deps -- when it appears, not with every dialog that closes
  }, [begun]);
  useEffect(() => {
    if (!begun) return;
    const press = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented || app.ui.getState().dialog !== 'none') return;
      event.preventDefault();
      end();
    };
    // Before the rest of the app goes a step back for it.
    window.addEventListener('keydown', press, true);
    return () => window.removeEventListener('keydown', press, true);
  }, [app, begun, end]);
  const name = step === null ? undefined : STEPS[step];
  if (step === null || name === undefined) return null;
  const last = step === STEPS.length - 1;
  return (
    <section
      ref={card}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-text`}
      tabIndex={-1}
      className="fixed end-4 bottom-4 z-30 w-menu max-w-full rounded-md border border-n6 bg-n1 p-4 shadow-high outline-offset-2"
    >
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1" aria-live="polite">
          <p className="text-xs text-n11">{t('tour.step', { step: step + 1, of: STEPS.length })}</p>
          <h2 id={`${id}-title`} className="mt-1 text-base font-semibold">
            {t(`tour.${name}`)}
          </h2>
          <p id={`${id}-text`} className="mt-1 text-sm text-n11">
            {t(`tour.${name}Text`, { palette: keysOf('palette')[0], help: keysOf('help')[0] })}
          </p>
        </div>
        <button
          type="button"
          aria-label={t('tour.skip')}
          title={t('tour.skip')}
          onClick={end}
          className="-me-2 -mt-2 inline-flex size-8 shrink-0 items-center justify-center rounded-sm text-n11 hover:bg-n3 hover:text-n12"
        >
          <X className="size-4" aria-hidden="true" />
        </button>
      </div>
      <div className="mt-3 flex justify-end gap-2">
        {step > 0 && (
          <Button small onClick={() => app.ui.setState({ tour: step - 1 })}>
            {t('tour.back')}
          </Button>
        )}
        <Button small kind="primary" onClick={() => (last ? end() : app.ui.setState({ tour: step + 1 }))}>
          {last ? t('tour.done') : t('tour.next')}
        </Button>
      </div>
    </section>
  );
}
