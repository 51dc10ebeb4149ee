import type { ThreadName } from '#shared/ids.ts';

import type { Files } from '../files.ts';
import { paced, type Pace } from '../paced.ts';
import type { Platform } from '../platform.ts';
import type { SessionKeeper } from '../session-keeper.ts';
import type { Store } from '../storage/database.ts';
import { openUploads, viewOfUpload } from '../storage/upload-rows.ts';
import type { Broadcast, Emit } from '../views/broadcast.ts';
import { createUploads, withUploads, type Uploads } from './uploads.ts';

/** How far files are: often enough for an eye. */
const TELL: Pace = { afterMs: 15, everyMs: 120, burst: 4 };

type Place = { conversation: string; thread: ThreadName };

/** Own files on their way, as a part of the app: what they tell the pages and the outbox. */
export function wireUploads(deps: {
  platform: Platform;
  store: Store;
  /** Whether the organisation lets files be sent. */
  allowed: boolean;
  keeper: () => SessionKeeper;
  broadcast: Broadcast;
  emit: Emit;
  /** A draft has other files. */
  onDraft: (place: Place) => void;
  /** Those of messages, once they were opened. */
  opened: Files;
}): { uploads: Uploads; files: Files; onFiles: (place: Place) => void } {
  const { platform, store, keeper, broadcast } = deps;
  const changed = new Map<string, Place>();
  const tell = paced(TELL, () => {
    const places = [...changed.values()];
    changed.clear();
    for (const place of places) {
      if (broadcast.isOpen(place)) deps.emit('files.changed', { ...place, files: openUploads(store, place).map(viewOfUpload) });
    }
  });
  const onFiles = ({ conversation, thread }: Place): void => {
    changed.set(`${conversation}/${thread}`, { conversation, thread });
    tell.soon();
  };
  const uploads = createUploads({
    store,
    dataDir: platform.dataDir,
    log: platform.log,
    now: platform.now,
    random: platform.random,
    allowed: deps.allowed,
    server() {
      const api = keeper().connection().kind === 'online' ? keeper().api() : null;
      return api && { transfer: api.transfer, limits: () => api.fileLimits() };
    },
    onChanged(place, message) {
      onFiles(place);
      if (message !== null) broadcast.items(place, [message]);
    },
    onDraft(place) {
      deps.onDraft({ conversation: place.conversation, thread: place.thread });
      broadcast.conversations([place.conversation]);
    },
    onReady: () => keeper().engine()?.pump(),
    onNotSent(place, message) {
      broadcast.items(place, [message]);
      broadcast.conversations([place.conversation]);
      // What stood behind it may go out.
      keeper().engine()?.pump();
    },
  });
  return {
    uploads: {
      ...uploads,
      close() {
        uploads.close();
        tell.cancel();
      },
    },
    files: withUploads(deps.opened, uploads, store),
    onFiles,
  };
}
