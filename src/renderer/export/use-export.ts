import { useEffect, useLayoutEffect, useRef, useState } from 'react';

import type { ExportFormat, ExportState } from '#shared/export-views.ts';
import type { ThreadName } from '#shared/ids.ts';

import { wordsOf } from '../connect.ts';
import { useApp } from '../state/app.ts';

type Place = { conversation: string; thread: ThreadName };
export type Progress = { kind: 'asking' } | { kind: 'saved'; name: string } | ExportState;

export type Exporting = {
  progress: Progress;
  start: (place: Place, format: ExportFormat) => void;
  /** Where the person wants it; asked for by itself once it is made. */
  save: () => void;
  /** Gives it up, or forgets what was saved. */
  leave: () => void;
};

/** One export from the choice to the saved file. */
export function useExport(): Exporting {
  const { connection } = useApp();
  const [progress, setProgress] = useState<Progress>({ kind: 'asking' });
  const current = useRef<string | null>(null);
  const early = useRef<{ id: string; state: ExportState } | null>(null);

  const fail = (error: unknown): void => setProgress({ kind: 'failed', message: wordsOf(error) });

  const save = (name: string): void => {
    const id = current.current;
    if (id === null) return;
    connection.send('export.save', { id }).then((saved) => {
      if (current.current !== id || saved.kind === 'cancelled') return;
      if (saved.kind === 'address') fetchFrom(saved.address, name);
      current.current = null;
      setProgress({ kind: 'saved', name });
    }, fail);
  };

  const show = (state: ExportState): void => {
    setProgress(state);
    if (state.kind === 'ready') save(state.name);
    if (state.kind === 'failed') current.current = null;
  };
  const latest = useRef(show);
  useLayoutEffect(() => {
    latest.current = show;
  });

  useEffect(
    () =>
      connection.on('export.changed', ({ id, state }) => {
        if (id === current.current) latest.current(state);
        // A short one is done before it is known under which name it goes.
        else early.current = { id, state };
      }),
    [connection],
  );

  return {
    progress,
    start(place, format) {
      setProgress({ kind: 'working', done: 0, total: 0 });
      connection.send('export.start', { ...place, format }).then(({ id }) => {
        current.current = id;
        if (early.current?.id === id) show(early.current.state);
      }, fail);
    },
    save: () => progress.kind === 'ready' && save(progress.name),
    leave() {
      const id = current.current;
      current.current = null;
      setProgress({ kind: 'asking' });
      if (id !== null) connection.send('export.cancel', { id }).catch(() => undefined); // the core is gone, and it with it
    },
  };
}

/** The address works once. */
function fetchFrom(address: string, name: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
}
