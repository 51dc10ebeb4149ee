import type { ThreadName } from '#shared/ids.ts';

/** Tells that documents were committed further than others may have shown. Only a hint: what it says is read from the log. */
export type Bus = {
  publish(hints: readonly DocumentHint[]): void;
  subscribe(onHint: (hint: DocumentHint) => void): () => void;
};
/** `n`: how far it is committed (decision 0001). `thread`: whose document it is; `null` for a person's own. */
export type DocumentHint = { documentId: number; n: number; thread: { conversation: string; thread: ThreadName } | null };

/** For one node: what is published here is heard here. */
export function createLocalBus(): Bus {
  const listeners = new Set<(hint: DocumentHint) => void>();
  return {
    publish(hints) {
      for (const hint of hints) for (const listener of listeners) listener(hint);
    },
    subscribe(onHint) {
      listeners.add(onHint);
      return () => listeners.delete(onHint);
    },
  };
}
