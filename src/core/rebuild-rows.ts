import type { Core, Platform } from './platform.ts';
import { rebuild } from './projection/rebuild.ts';
import type { Store } from './storage/database.ts';
import { readSession } from './storage/session.ts';

/** Makes all rows anew when a core starts with that wish; `null` where nobody ever signed in. The store is closed when it fails. */
export function rebuildRows({ log }: Platform, store: Store): Core['rebuilt'] {
  const session = readSession(store);
  if (!session) {
    log.info('rebuild-nothing-here');
    return null;
  }
  try {
    const rebuilt = rebuild(store, { account: session.account.id, clientId: session.clientId });
    log.info('rebuilt', rebuilt);
    return rebuilt;
  } catch (error) {
    store.close();
    throw error;
  }
}
