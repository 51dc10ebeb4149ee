import type { DocumentRef } from '#shared/ids.ts';
import { documentName, parseDocumentName } from '#shared/ids.ts';
import { MESSAGE } from '#shared/wire.ts';

import { isClosed } from '../storage/closed.ts';
import type { Database } from '../storage/database.ts';
import { readLog, type LogRow } from '../storage/log.ts';
import type { RaisedRead } from '../storage/reads.ts';
import type { RoomDocument } from '../storage/sockets.ts';
import type { Shown } from './committer.ts';
import type { DocumentSocket } from './document-socket.ts';
import { jsonFrame } from './frames.ts';
import type { PresenceHint } from './nodes/hints.ts';
import { Room } from './room.ts';

export type Rooms = {
  /** The room of a document. It is kept as long as somebody is in it. */
  open(document: RoomDocument, ref: DocumentRef): Room;
  /** Forgets a room that everybody left. */
  leave(room: Room): void;
  sockets(): DocumentSocket[];
  show(shown: Omit<Shown, 'streams'>): void;
  /** The log of this document leads to `n` at least. */
  grew(documentId: number, n: number): void;
  grewByName(name: string): void;
  /** Anything may have been missed. */
  grewAll(): void;
  /** What was committed on another node. */
  showRow(row: LogRow): void;
  /** Of the documents that are open, how far they were shown. */
  shown(): Map<number, number>;
  /** Somebody on another node is shown there, or not any more. */
  presentAway(hint: PresenceHint): void;
  showReads(raised: readonly RaisedRead[]): void;
};

export type RoomsOptions = {
  /** Somebody here is shown to others, or not any more. */
  onPresent: (hint: PresenceHint) => void;
  /** What other nodes commit for this audience is to be heard, until the returned function is called. */
  follow: (audience: string) => () => void;
  onError: (error: unknown) => void;
};

export function createRooms(db: Database, { onPresent, follow, onError }: RoomsOptions): Rooms {
  const rooms = new Map<number, Room>();
  const followed = new Map<Room, () => void>();
  const byName = new Map<string, Room>();

  async function tail(documentId: number, after: number): Promise<LogRow[]> {
    const rows: LogRow[] = [];
    for (let reached = after, more = true; more;) {
      const page = await db.read((reader) => readLog(reader, documentId, reached));
      rows.push(...page.rows);
      reached = page.n;
      more = page.more;
    }
    return rows;
  }

  async function closedNow(ref: DocumentRef): Promise<boolean> {
    if (ref.kind === 'me' || ref.thread === 'team') return false;
    return db.read((reader) => isClosed(reader, ref.conversation));
  }

  return {
    open(document, ref) {
      const known = rooms.get(document.id);
      if (known) return known;
      const room = new Room(
        {
          documentId: document.id,
          ref,
          isClosed: () => closedNow(ref),
          tail: (after) => tail(document.id, after),
          onPresent(shown) {
            if (ref.kind === 'me') return;
            const { conversation, thread } = ref;
            onPresent({ kind: 'presence', documentId: document.id, conversation, thread, ...shown });
          },
          onError,
        },
        document,
      );
      rooms.set(document.id, room);
      byName.set(nameOf(room), room);
      followed.set(room, follow(document.audience));
      return room;
    },
    leave(room) {
      if (room.sockets.size > 0 || room.guests.size > 0 || rooms.get(room.documentId) !== room) return;
      rooms.delete(room.documentId);
      byName.delete(nameOf(room));
      followed.get(room)?.();
      followed.delete(room);
    },
    sockets() {
      const sockets: DocumentSocket[] = [];
      for (const room of rooms.values()) sockets.push(...room.sockets);
      return sockets;
    },
    show({ rows, documents, uncertain }) {
      if (uncertain) {
        for (const room of rooms.values()) room.readTail();
        return;
      }
      for (const row of rows) rooms.get(row.documentId)?.show(row);
      const carried = new Set(rows.map(({ documentId }) => documentId));
      for (const { documentId } of documents) if (!carried.has(documentId)) rooms.get(documentId)?.readTail();
    },
    grew(documentId, n) {
      const room = rooms.get(documentId);
      if (room && n > room.shown) room.readTail();
    },
    grewByName(name) {
      const changed = parseDocumentName(name);
      if (changed?.kind !== 'thread' || changed.thread !== 'all') return byName.get(name)?.readTail();
      // What is shown afterwards holds already. Older epochs are open too, and the name is that of the newest.
      for (const room of rooms.values()) {
        const { ref } = room;
        if (ref.kind === 'thread' && ref.thread === 'all' && ref.conversation === changed.conversation) room.askAgain();
      }
    },
    grewAll() {
      for (const room of rooms.values()) room.askAgain();
    },
    showRow(row) {
      rooms.get(row.documentId)?.show(row);
    },
    shown: () => new Map([...rooms.values()].map(({ documentId, shown }) => [documentId, shown])),
    presentAway(hint) {
      rooms.get(hint.documentId)?.presentAway(hint);
    },
    showReads(raised) {
      for (const room of rooms.values()) {
        const { ref } = room;
        if (ref.kind === 'me') continue;
        const here = raised.filter(({ conversation, thread }) => conversation === ref.conversation && thread === ref.thread);
        if (here.length === 0) continue;
        const frame = jsonFrame(
          MESSAGE.reads,
          here.map(({ account, thread, seq, at }) => ({ account, thread, seq, at: at.getTime() })),
        );
        for (const socket of room.sockets) socket.sendPassing(frame);
      }
    },
  };
}

/** A person's own document has the same name for everybody, and nobody but its writers' sockets grows it. */
function nameOf(room: Room): string {
  return room.ref.kind === 'me' ? `me/${room.documentId}` : documentName(room.ref);
}
