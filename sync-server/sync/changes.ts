import { parseDocumentName } from '#shared/ids.ts';

import type { Chats } from '../json-clients/chats.ts';
import type { Change } from '../storage/notify.ts';
import type { FeedHub } from './feed-hub.ts';
import type { Bus } from './nodes/bus.ts';
import type { Recheck } from './revocation.ts';
import type { Rooms } from './rooms.ts';

type Deps = {
  rooms: Rooms;
  hub: FeedHub;
  chats: Chats;
  bus: Bus;
  /** The database was set back to a backup: everybody connects anew, and hears of it. */
  setBack: () => void;
  recheck: Recheck;
};

/** What is done about each notice of Postgres: what any node, or the command line, wrote that sockets here must know of. */
export function actOnChanges({ rooms, hub, chats, bus, setBack, recheck }: Deps): (change: Change) => void {
  return (change) => {
    switch (change.kind) {
      case 'access':
        hub.forgetAudience(change.conversation);
        for (const feed of hub.sockets) if (feed.caller.account === change.account) feed.forget();
        return recheck(
          rooms.sockets().filter(({ owner }) => owner.account === change.account),
          [],
          chats.sockets().filter(({ owner }) => owner.account === change.account),
        );
      case 'session':
        return recheck(
          rooms.sockets().filter(({ owner }) => owner.session === change.session),
          [...hub.sockets].filter(({ caller }) => caller.session === change.session),
          chats.sockets().filter(({ session }) => session === change.session),
        );
      case 'account':
        hub.forgetAudience();
        return recheck(
          rooms.sockets().filter(({ owner }) => owner.account === change.account),
          [...hub.sockets].filter(({ caller }) => caller.account === change.account),
          chats.sockets().filter(({ owner }) => owner.account === change.account),
        );
      case 'file':
        return chats.refused(change);
      case 'feed':
        return hub.wake(change.streams);
      case 'document': {
        rooms.grewByName(change.document);
        const ref = parseDocumentName(change.document);
        if (ref?.kind === 'thread' && ref.thread === 'all') chats.grew(ref.conversation);
        return;
      }
      case 'timeline':
        return setBack();
      case 'node':
        return bus.nodesChanged();
      case 'hint':
        return bus.noticed(change.text);
    }
  };
}
