import { useEffect, useId, useRef, useState, type ReactElement, type ReactNode, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';

import { EXPORT_FORMATS, type ExportFormat } from '#shared/export-views.ts';
import { THREADS, type ThreadName } from '#shared/ids.ts';
import type { ConversationView } from '#shared/views.ts';

import { Button } from '../parts/Button.tsx';
import { Sheet } from '../parts/Sheet.tsx';
import { useApp, useSlice } from '../state/app.ts';
import { isolate } from '../words/sentences.ts';
import { useExport, type Exporting, type Progress } from './use-export.ts';

/** Writes the open conversation into a file. */
export function ExportDialog(): ReactElement | null {
  const conversation = useSlice('thread', ({ shown }) => (shown.kind === 'open' ? shown.conversation : null));
  const open = useSlice('ui', (state) => state.dialog === 'export');
  return open && conversation ? <Open conversation={conversation} /> : null;
}

function Open({ conversation }: { conversation: ConversationView }): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const exporting = useExport();
  const { progress } = exporting;
  const [format, setFormat] = useState<ExportFormat>('pdf');
  const [thread, setThread] = useState<ThreadName>('all');
  const close = (): void => {
    exporting.leave();
    app.ui.getState().show('none');
  };
  const first = useRef<HTMLInputElement>(null);
  const agency = isolate(conversation.agency.name);
  return (
    <Sheet
      open
      start={first}
      onClose={close}
      title={t('export.title')}
      about={t('export.about', { title: isolate(conversation.job.title) })}
      foot={
        <Foot
          exporting={exporting}
          onClose={close}
          onStart={() => exporting.start({ conversation: conversation.id, thread }, format)}
        />
      }
    >
      {progress.kind === 'asking' ? (
        <div className="flex flex-col gap-4">
          <Choices legend={t('export.format')}>
            {EXPORT_FORMATS.map((one) => (
              <Choice
                key={one}
                name="export-format"
                label={t(`export.${one}`)}
                hint={t(`export.${one}Hint`)}
                checked={format === one}
                input={one === 'pdf' ? first : undefined}
                onChoose={() => setFormat(one)}
              />
            ))}
          </Choices>
          {conversation.team && (
            <Choices legend={t('export.what')}>
              {THREADS.map((one) => (
                <Choice
                  key={one}
                  name="export-thread"
                  label={t(`export.thread.${one}`)}
                  hint={one === 'team' ? t('export.teamHint', { agency }) : t('export.allHint')}
                  checked={thread === one}
                  onChoose={() => setThread(one)}
                />
              ))}
            </Choices>
          )}
          <p className="text-xs text-n11">{t('export.local')}</p>
        </div>
      ) : (
        <State progress={progress} />
      )}
    </Sheet>
  );
}

function Choices({ legend, children }: { legend: string; children: ReactNode }): ReactElement {
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-semibold">{legend}</legend>
      {children}
    </fieldset>
  );
}

type ChoiceProps = {
  name: string;
  label: string;
  hint: string;
  checked: boolean;
  onChoose: () => void;
  input?: RefObject<HTMLInputElement | null> | undefined;
};

function Choice({ name, label, hint, checked, onChoose, input }: ChoiceProps): ReactElement {
  const id = useId();
  return (
    <div className="flex min-h-9 items-start gap-3 py-1 text-sm">
      <input
        ref={input}
        type="radio"
        id={id}
        name={name}
        aria-describedby={`${id}-hint`}
        checked={checked}
        onChange={onChoose}
        className="mt-0.5 size-4 accent-accent"
      />
      <div className="min-w-0 flex-1">
        <label htmlFor={id} className="block text-n12">
          {label}
        </label>
        <p id={`${id}-hint`} className="text-xs text-n11">
          {hint}
        </p>
      </div>
    </div>
  );
}

function State({ progress }: { progress: Exclude<Progress, { kind: 'asking' }> }): ReactElement {
  const { t, i18n } = useTranslation();
  switch (progress.kind) {
    case 'working': {
      const { done, total } = progress;
      // The last part, the fonts, comes after all messages are laid out.
      const share = total === 0 ? 0 : Math.min(0.99, done / total);
      const percent = share.toLocaleString(i18n.language, { style: 'percent' });
      return (
        <div className="flex items-center gap-3 py-2 text-sm">
          <progress className="sync-progress h-1 min-w-0 flex-1" max={1} value={share} aria-label={t('export.working')} />
          <span className="w-10 shrink-0 text-end text-n11 tabular-nums">{percent}</span>
        </div>
      );
    }
    case 'ready':
      return (
        <p role="status" className="py-2 text-sm">
          {t('export.ready', { name: isolate(progress.name) })}
        </p>
      );
    case 'saved':
      return (
        <p role="status" className="py-2 text-sm">
          {t('export.saved', { name: isolate(progress.name) })}
        </p>
      );
    case 'failed':
      return (
        <p role="alert" className="rounded-sm bg-red-tint px-3 py-2 text-sm text-red">
          {progress.message}
        </p>
      );
  }
}

function Foot(props: { exporting: Exporting; onStart: () => void; onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const { progress, save } = props.exporting;
  const { kind } = progress;
  const stop = useRef<HTMLButtonElement>(null);
  const isAsking = kind === 'asking';
  useEffect(() => {
    // The button that was pressed is gone: the keyboard goes on at the one that stays.
    if (!isAsking) stop.current?.focus();
  }, [isAsking]);
  return (
    <>
      <Button ref={stop} onClick={props.onClose}>
        {kind === 'saved' ? t('common.close') : t('common.cancel')}
      </Button>
      {(isAsking || kind === 'failed') && (
        <Button kind="primary" onClick={props.onStart}>
          {kind === 'failed' ? t('common.retry') : t('export.start')}
        </Button>
      )}
      {kind === 'ready' && (
        <Button kind="primary" onClick={save}>
          {t('export.save')}
        </Button>
      )}
    </>
  );
}
