import { CLOSE } from '#shared/wire.ts';

import type { Database } from '../storage/database.ts';
import { endedSessions, placeId, stillAllowed, type Place } from '../storage/sockets.ts';
import type { DocumentSocket } from './document-socket.ts';
import type { FeedSocket } from './feed-socket.ts';

/** A socket of another part that ends with its account's rights. */
export type RevocableSocket = { session: string; place: Place; close(code: number, reason: string): void };

/** Closes those of these sockets whose session was ended or whose account takes part no more. */
export async function closeRevoked(
  db: Database,
  documents: readonly DocumentSocket[],
  feeds: readonly FeedSocket[],
  others: readonly RevocableSocket[] = [],
): Promise<void> {
  if (documents.length === 0 && feeds.length === 0 && others.length === 0) return;
  const sessions = new Set([
    ...documents.map(({ owner }) => owner.session),
    ...feeds.map(({ caller }) => caller.session),
    ...others.map(({ session }) => session),
  ]);
  const { ended, allowed } = await db.read(async (reader) => ({
    ended: await endedSessions(reader, [...sessions]),
    allowed: await stillAllowed(reader, [...documents.flatMap(placesOf), ...others.map(({ place }) => place)]),
  }));
  for (const socket of documents) {
    if (ended.has(socket.owner.session)) socket.close(CLOSE.signIn, 'sign in again');
    else if (placesOf(socket).some((place) => !allowed.has(placeId(place))))
      socket.close(CLOSE.notParticipant, 'not a participant');
  }
  for (const socket of others) {
    if (ended.has(socket.session)) socket.close(CLOSE.signIn, 'sign in again');
    else if (!allowed.has(placeId(socket.place))) socket.close(CLOSE.notParticipant, 'not a participant');
  }
  for (const socket of feeds) if (ended.has(socket.caller.session)) socket.close(CLOSE.signIn, 'sign in again');
}

function placesOf({ room, owner }: DocumentSocket): Place[] {
  const { ref } = room;
  return ref.kind === 'me' ? [] : [{ account: owner.account, conversation: ref.conversation, thread: ref.thread }];
}
