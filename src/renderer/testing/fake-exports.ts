import type { EventData, Handlers } from '#shared/contract.ts';
import { AppError } from '#shared/errors.ts';

/** Made at once, in two steps. */
export function exportHandlers(
  tell: (change: EventData<'export.changed'>) => void,
): Pick<Handlers, 'export.start' | 'export.cancel' | 'export.save'> {
  let made: string | null = null;
  let count = 0;
  return {
    'export.start': ({ format }) => {
      const id = `export-${++count}`;
      made = id;
      tell({ id, state: { kind: 'working', done: 200, total: 400 } });
      queueMicrotask(() => made === id && tell({ id, state: { kind: 'ready', name: `Kitchen tap.${format}`, bytes: 12_000 } }));
      return { id };
    },
    'export.cancel': ({ id }) => {
      if (made === id) made = null;
      return {};
    },
    'export.save': ({ id }) => {
      if (made !== id) throw new AppError('not-found', 'This file isn’t here any more. Export the conversation again.');
      made = null;
      return { kind: 'saved' };
    },
  };
}
