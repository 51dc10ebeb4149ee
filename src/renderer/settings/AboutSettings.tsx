import { useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../parts/Button.tsx';
import { useApp, useSlice } from '../state/app.ts';
import { Line, Section, useTrouble } from './parts.tsx';

export function AboutSettings(): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const server = useSlice('session', (state) => (state.phase.kind === 'signed-in' ? state.phase.session.server : ''));
  const [text, setText] = useState<string | null>(null);
  const [copied, setCopied] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const { trouble, ask, busy } = useTrouble();
  const copy = async (whole: string): Promise<void> => {
    // Where the clipboard isn't to be had, it is marked for the person's own keys.
    field.current?.select();
    setCopied(await ask(navigator.clipboard.writeText(whole)));
  };
  return (
    <Section title={t('settings.about')}>
      <Line label={t('settings.server')}>
        <bdi className="min-w-0 truncate text-sm text-n11">{server}</bdi>
      </Line>
      <Line label={t('policies.title')} hint={t('settings.policiesHint')}>
        <Button small onClick={() => app.ui.getState().showOver('policies')}>
          {t('settings.show')}
        </Button>
      </Line>
      <Line label={t('settings.diagnostics')} hint={t('settings.diagnosticsHint')}>
        <Button
          small
          disabled={busy}
          onClick={() => void ask(app.connection.send('diagnostics', {}).then((answer) => setText(answer.text)))}
        >
          {t('settings.show')}
        </Button>
      </Line>
      {text !== null && (
        <textarea
          ref={field}
          readOnly
          dir="ltr"
          rows={10}
          value={text}
          aria-label={t('settings.diagnostics')}
          onFocus={(event) => event.currentTarget.select()}
          className="mt-2 w-full rounded-sm border border-n7 bg-n2 p-3 font-mono text-xs text-n12"
        />
      )}
      {text !== null && (
        <Button small className="mt-2 self-start" onClick={() => void copy(text)}>
          {copied ? t('people.copied') : t('people.copy')}
        </Button>
      )}
      {trouble}
    </Section>
  );
}
