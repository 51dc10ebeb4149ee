import { Paperclip } from 'lucide-react';
import { useEffect, useRef, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { pressed, withKey } from '../shortcuts/keys.ts';
import { useApp, useSlice } from '../state/app.ts';
import { focusOn } from '../state/navigate.ts';
import type { Place } from '../state/thread-store.ts';
import { mostSize } from '../words/sentences.ts';
import { giveFiles, learnLimits } from './give.ts';

/** Opens the system's choice of files, by hand or by Ctrl U; says what may be sent. Nothing where files are turned off. */
export function AttachButton({ place, disabled }: { place: Place; disabled: boolean }): ReactElement | null {
  const { t, i18n } = useTranslation();
  const app = useApp();
  const limits = useSlice('files', (state) => state.limits);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => learnLimits(app), [app]);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || pressed(event, 'always') !== 'attach') return;
      if (app.ui.getState().dialog !== 'none' || app.work.getState().dialog) return;
      event.preventDefault();
      if (!disabled) input.current?.click();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [app, disabled]);
  if (limits?.allowed === false) return null;
  const most = limits === null ? '' : t('upload.most', { size: mostSize(limits.mostBytes, i18n.language) });
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-testid="file-input"
        accept={limits === null || limits.types.includes('*') ? undefined : limits.types.join(',')}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          // So that the same one can be chosen again.
          event.target.value = '';
          void giveFiles(app, place, files);
          focusOn('composer');
        }}
      />
      <button
        type="button"
        aria-label={t('upload.attach')}
        aria-keyshortcuts="Control+U"
        title={`${withKey(t('upload.attach'), 'attach')}. ${most}`.trim()}
        disabled={disabled}
        onClick={() => input.current?.click()}
        className="inline-flex size-7 shrink-0 items-center justify-center rounded-sm text-n11 hover:bg-n3 hover:text-n12 disabled:text-n8"
      >
        <Paperclip className="size-4" aria-hidden="true" />
      </button>
    </>
  );
}
