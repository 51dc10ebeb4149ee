import type { ThreadName } from '#shared/ids.ts';

import { putPersonIfUnknown } from '../storage/conversations.ts';
import type { Store } from '../storage/database.ts';
import type { ApiClient } from './api-client.ts';

export type Nameless = { account: string; conversation: string; thread: ThreadName; seq: number; key: string };

/**
 * Looks up who wrote a message when nothing here says so: the agency's staff write without being listed among the
 * participants, and clients and workers can't list them. Asks once an account and run.
 */
export function createNameSeeker(deps: {
  store: Store;
  api: ApiClient;
  onFound: (found: Nameless) => void;
}): (wanted: readonly Nameless[]) => Promise<void> {
  const asked = new Set<string>();
  return async (wanted) => {
    for (const one of wanted) {
      if (asked.has(one.account)) continue;
      asked.add(one.account);
      try {
        const name = await deps.api.authorName(one.conversation, one.thread, one.seq, one.account);
        if (name !== null) deps.store.transact(() => putPersonIfUnknown(deps.store, one.account, name));
        deps.onFound(one);
      } catch (error) {
        asked.delete(one.account);
        throw error;
      }
    }
  };
}
