import { refreshConversation } from '../storage/conversations.ts';
import type { Store } from '../storage/database.ts';
import { mergeWords } from '../storage/search-rows.ts';
import type { Turns } from '../turns.ts';
import { applyUpdate, noChanges, takeChanges, type Changes, type Outcome, type Self } from './apply.ts';

const SLICE_MS = 3;
const RETRY_MS = 2_000;

type Waiting = { document: string; bytes: Uint8Array; done: (outcome: Outcome) => void };

/** All committed updates come in through here: in their order, in slices that end after a few milliseconds, each one transaction. */
export type Ingest = {
  /** Resolves when it is on disk. */
  add(document: string, bytes: Uint8Array): Promise<Outcome>;
  close(): void;
};

export function createIngest(deps: {
  store: Store;
  self: () => Self;
  turns: Turns;
  onChanges: (changes: Changes) => void;
  /** An update that can't be read or written for another reason than the disk: a bug here or on the server. */
  onBug: (error: unknown, document: string) => void;
  isStorageFailure: (error: unknown) => boolean;
}): Ingest {
  let queue: Waiting[] = [];
  let steps: Generator<void, Outcome, void> | null = null;
  let scheduled = false;
  let retry: NodeJS.Timeout | null = null;
  let closed = false;
  /** Words were written: the search index has something to merge, which gets a turn of its own. */
  let untidy = false;
  /** One object for good: an update that takes several slices goes on writing to it. */
  const changes = noChanges();

  const schedule = (): void => {
    if (closed || scheduled || retry || (queue.length === 0 && !untidy)) return;
    scheduled = true;
    deps.turns.add(() => {
      scheduled = false;
      if (closed) return;
      if (untidy) tidy();
      else slice();
      schedule();
    });
  };

  /** One step between two slices; when nothing else waits, until all is merged. */
  const tidy = (): void => {
    try {
      const more = deps.store.transactRepeatable(() => mergeWords(deps.store));
      untidy = more && queue.length === 0;
    } catch (error) {
      // It only makes searching faster; the next slice tells of a disk that takes nothing.
      untidy = false;
      if (!deps.isStorageFailure(error)) throw error;
    }
  };

  const slice = (): void => {
    const finished: { item: Waiting; outcome: Outcome }[] = [];
    let bug: unknown = null;
    try {
      deps.store.transactRepeatable(() => {
        const end = performance.now() + SLICE_MS;
        while (finished.length < queue.length && (performance.now() < end || finished.length === 0)) {
          const item = queue[finished.length]!;
          steps ??= applyUpdate(deps.store, deps.self(), item.document, item.bytes, changes);
          try {
            const step = steps.next();
            if (!step.done) {
              if (performance.now() >= end) break;
              continue;
            }
            steps = null;
            finished.push({ item, outcome: step.value });
          } catch (error) {
            steps = null;
            if (deps.isStorageFailure(error)) throw error;
            bug = error;
            throw error;
          }
        }
        refresh();
      });
    } catch (error) {
      // Nothing of the slice was kept: what was begun starts again from its first row.
      steps = null;
      takeChanges(changes);
      if (bug !== null) {
        const [broken] = queue.splice(finished.length, 1);
        deps.onBug(error, broken!.document);
        broken!.done('unreadable');
        return;
      }
      retry = setTimeout(() => {
        retry = null;
        schedule();
      }, RETRY_MS);
      return;
    }
    queue.splice(0, finished.length);
    untidy = true;
    deps.onChanges(takeChanges(changes));
    for (const { item, outcome } of finished) item.done(outcome);
  };

  const refresh = (): void => {
    const ids = new Set([...changes.threads.values()].map((thread) => thread.conversation));
    for (const id of ids) refreshConversation(deps.store, id, deps.self().account);
  };

  return {
    add: (document, bytes) =>
      new Promise((done) => {
        queue.push({ document, bytes, done });
        schedule();
      }),
    close() {
      closed = true;
      if (retry) clearTimeout(retry);
      queue = [];
      steps = null;
    },
  };
}
