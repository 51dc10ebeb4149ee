import { FileUp, Lock } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { useApp, useSlice, type App } from '../state/app.ts';
import { FOCUS, focusOn } from '../state/navigate.ts';
import { audienceOf } from '../thread/people.ts';
import { isolate, listNames, mostSize } from '../words/sentences.ts';
import { giveFiles, learnLimits, pastedFiles, placeForFiles } from './give.ts';

function holdsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

function give(app: App, files: readonly File[]): void {
  const to = placeForFiles(app);
  if (to.kind !== 'open') return;
  void giveFiles(app, to.place, files);
  focusOn('composer');
}

/** Files over the window: they go to the open thread wherever they are dropped, which is said over it before; never do they replace the page. */
export function DropZone(): ReactElement | null {
  const { t, i18n } = useTranslation();
  const app = useApp();
  const [over, setOver] = useState(false);
  const shown = useSlice('thread', (state) => state.shown);
  const me = useSlice('session', (state) => (state.phase.kind === 'signed-in' ? state.phase.session.account.id : ''));
  const limits = useSlice('files', (state) => state.limits);

  useEffect(() => {
    /** Entering a child comes before leaving its parent. */
    let depth = 0;
    const stop = (): void => {
      depth = 0;
      setOver(false);
    };
    const enter = (event: DragEvent): void => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      if (depth++ === 0) {
        learnLimits(app);
        setOver(true);
      }
    };
    const move = (event: DragEvent): void => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = placeForFiles(app).kind === 'open' ? 'copy' : 'none';
    };
    const leave = (event: DragEvent): void => {
      if (holdsFiles(event) && --depth <= 0) stop();
    };
    const drop = (event: DragEvent): void => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      stop();
      give(app, [...(event.dataTransfer?.files ?? [])]);
    };
    const paste = (event: ClipboardEvent): void => {
      if (event.defaultPrevented || !event.clipboardData || app.ui.getState().dialog !== 'none') return;
      // Other fields than that of the message keep what is pasted into them.
      if (event.target instanceof HTMLElement && event.target.matches('input, textarea') && event.target.id !== FOCUS.composer)
        return;
      const files = pastedFiles(event.clipboardData, t('upload.pasted'), new Date());
      if (files.length === 0) return;
      event.preventDefault();
      give(app, files);
    };
    const ends = new AbortController();
    const { signal } = ends;
    window.addEventListener('dragenter', enter, { signal });
    window.addEventListener('dragover', move, { signal });
    window.addEventListener('dragleave', leave, { signal });
    window.addEventListener('drop', drop, { signal });
    window.addEventListener('paste', paste, { signal });
    return () => ends.abort();
  }, [app, t]);

  if (!over) return null;
  const to = placeForFiles(app);
  const isOpen = to.kind === 'open' && shown.kind === 'open' && limits?.allowed !== false;
  const team = to.kind === 'open' && to.team;
  const words = (): string => {
    if (limits?.allowed === false) return t('upload.dropOff');
    if (to.kind === 'closed') return t('upload.dropClosed');
    if (to.kind === 'editing') return t('upload.dropEditing');
    if (to.kind === 'none' || shown.kind !== 'open') return t('upload.dropNone');
    if (team) return t('upload.dropTeam', { agency: isolate(shown.conversation.agency.name) });
    const names = audienceOf(shown.conversation, me).map((person) => person.name);
    return t('upload.dropTo', { names: names.length > 0 ? listNames(names, i18n.language) : t('composer.nobody') });
  };
  const Icon = isOpen && !team ? FileUp : Lock;
  return (
    <div className="pointer-events-none absolute inset-0 z-40 flex p-2" data-testid="drop-zone" data-team={team}>
      <div
        role="status"
        className={`flex flex-1 flex-col items-center justify-center gap-3 rounded-md border-2 border-dashed p-6 text-center opacity-95 shadow-high ${
          team
            ? 'border-amber-line bg-amber-tint text-amber'
            : isOpen
              ? 'border-accent bg-accent-tint text-accent-text'
              : 'border-n7 bg-n2 text-n11'
        }`}
      >
        <Icon className="size-8" strokeWidth={1.5} aria-hidden="true" />
        <p className="max-w-form text-lg font-semibold">{words()}</p>
        {isOpen && limits !== null && (
          <p className="text-sm">
            {t('upload.dropMost', { size: mostSize(limits.mostBytes, i18n.language), count: limits.mostFiles })}
          </p>
        )}
      </div>
    </div>
  );
}
