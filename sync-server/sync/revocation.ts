import type { Role } from '#shared/roles.ts';
import { CLOSE } from '#shared/wire.ts';

import type { Database } from '../storage/database.ts';
import { rolesOf } from '../storage/people.ts';
import { endedSessions, placeId, stillAllowed, type Place } from '../storage/sockets.ts';
import type { DocumentSocket } from './document-socket.ts';
import type { FeedSocket } from './feed-socket.ts';

/** A socket of another part that ends with its account's rights. */
export type RevocableSocket = { session: string; place: Place; close(code: number, reason: string): void };

export type Recheck = (
  documents: readonly DocumentSocket[],
  feeds: readonly FeedSocket[],
  others: readonly RevocableSocket[],
) => void;

/** Looks at these sockets soon: at all that are named while it is at others, in one go. */
export function createRecheck(db: Database, onError: (error: unknown) => void): Recheck {
  const documents = new Set<DocumentSocket>();
  const feeds = new Set<FeedSocket>();
  const others = new Set<RevocableSocket>();
  let running = false;

  async function run(): Promise<void> {
    running = true;
    try {
      while (documents.size + feeds.size + others.size > 0) {
        const now = [[...documents], [...feeds], [...others]] as const;
        for (const named of [documents, feeds, others]) named.clear();
        await closeRevoked(db, ...now).catch(onError);
      }
    } finally {
      running = false;
    }
  }

  return (moreDocuments, moreFeeds, moreOthers) => {
    for (const socket of moreDocuments) documents.add(socket);
    for (const socket of moreFeeds) feeds.add(socket);
    for (const socket of moreOthers) others.add(socket);
    if (!running) void run();
  };
}

/**
 * Closes those of these sockets whose session was ended or whose account takes part no more. Those of an account whose role changed
 * are told to come again: what they may see, and are shown as, was settled when they were opened.
 */
async function closeRevoked(
  db: Database,
  documents: readonly DocumentSocket[],
  feeds: readonly FeedSocket[],
  others: readonly RevocableSocket[],
): Promise<void> {
  const sessions = new Set([
    ...documents.map(({ owner }) => owner.session),
    ...feeds.map(({ caller }) => caller.session),
    ...others.map(({ session }) => session),
  ]);
  const accounts = new Set([...documents.map(({ owner }) => owner.account), ...feeds.map(({ caller }) => caller.account)]);
  // Sessions last: of an account that is disabled meanwhile, which also takes part nowhere, it is then said that it has to sign in.
  const { allowed, roles, ended } = await db.read(async (reader) => ({
    allowed: await stillAllowed(reader, [...documents.flatMap(placesOf), ...others.map(({ place }) => place)]),
    roles: await rolesOf(reader, [...accounts]),
    ended: await endedSessions(reader, [...sessions]),
  }));
  for (const socket of documents) {
    if (ended.has(socket.owner.session)) socket.close(CLOSE.signIn, 'sign in again');
    else if (placesOf(socket).some((place) => !allowed.has(placeId(place))))
      socket.close(CLOSE.notParticipant, 'not a participant');
    else if (isAnother(roles.get(socket.owner.account), socket.owner)) socket.close(CLOSE.tryLater, 'another role');
  }
  for (const socket of others) {
    if (ended.has(socket.session)) socket.close(CLOSE.signIn, 'sign in again');
    else if (!allowed.has(placeId(socket.place))) socket.close(CLOSE.notParticipant, 'not a participant');
  }
  for (const socket of feeds) {
    if (ended.has(socket.caller.session)) socket.close(CLOSE.signIn, 'sign in again');
    else if (isAnother(roles.get(socket.caller.account), socket.caller)) socket.close(CLOSE.tryLater, 'another role');
  }
}

/** One that isn't told any more is disabled, which its session says. */
function isAnother(now: { role: Role } | undefined, before: { role: Role }): boolean {
  return now !== undefined && now.role !== before.role;
}

function placesOf({ room, owner }: DocumentSocket): Place[] {
  const { ref } = room;
  return ref.kind === 'me' ? [] : [{ account: owner.account, conversation: ref.conversation, thread: ref.thread }];
}
