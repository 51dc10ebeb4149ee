import { AppError } from '#shared/errors.ts';
import { parseDocumentName } from '#shared/ids.ts';
import { CLOSE, type Refusal } from '#shared/wire.ts';

import type { Log } from '../platform.ts';
import { purgeConversation, putConversation, readConversation, refreshConversation } from '../storage/conversations.ts';
import type { Store } from '../storage/database.ts';
import { deleteDocument, resetReplica, threadDocuments } from '../storage/documents.ts';
import { assignDocument, markNotSent, readOutboxEntry } from '../storage/outbox.ts';
import { readSession, writeSession } from '../storage/session.ts';
import type { ApiClient } from './api-client.ts';
import { answerRefusal, PATIENCE } from './sender.ts';

/** What to do when the server says no: to an update, to a socket, to a document. */
export type Recovery = {
  refused(name: string, refusal: Refusal, pending: string[]): Promise<void>;
  /** A socket was closed with one of the codes that the client doesn't come back from by itself. */
  rejected(name: string, code: number): Promise<void>;
  /** The log has no such document: the conversation is gone for us, or the name was never one of its documents. */
  checkDocument(name: string): Promise<void>;
  /** Reads a conversation's record again; when it isn't ours any more its copy goes. */
  readAgain(conversation: string): Promise<void>;
  /** Gets a new lease unless `used` isn't the present one any more. */
  renewLease(used: number): Promise<void>;
  /** Own entries that came through: what was held against them is forgotten. */
  accepted(keys: readonly string[]): void;
};

export function createRecovery(deps: {
  store: Store;
  api: ApiClient;
  log: Log;
  me: string;
  clientId: () => number;
  isStopped: () => boolean;
  fetchNow: (documents: string[]) => Promise<void>;
  rebuild: (name: string) => void;
  reconnect: () => void;
  /** The lease changed: every document in memory still has the old one. */
  onLease: (clientId: number) => void;
  onNotSent: (conversation: string, thread: 'all' | 'team', keys: string[]) => void;
  onRecord: (conversation: string) => void;
  onGone: (conversation: string) => void;
  /** The agency's notes on it were here, and are not ours any more. */
  onNotesGone: (conversation: string) => void;
}): Recovery {
  const { store, api, log, me, isStopped } = deps;
  /** How often what was refused by which rule. */
  const refusals = new Map<string, Map<string, number>>();
  const rejections = new Map<string, number>();
  let leasing: Promise<void> | null = null;

  const count = (key: string, rule: string): void => {
    const byRule = refusals.get(key) ?? new Map<string, number>();
    byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
    refusals.set(key, byRule);
  };

  const renewLease = async (used: number): Promise<void> => {
    if (used !== deps.clientId()) return;
    leasing ??= (async () => {
      const clientId = await api.newLease();
      if (isStopped()) return;
      store.transact(() => writeSession(store, { ...readSession(store)!, clientId }));
      log.info('new-lease');
      deps.onLease(clientId);
    })().finally(() => {
      leasing = null;
    });
    return leasing;
  };

  const readAgain = async (conversation: string): Promise<void> => {
    try {
      const record = await api.conversation(conversation);
      if (isStopped()) return;
      const { notesGone } = store.transact(() => putConversation(store, record, me));
      if (notesGone) deps.onNotesGone(conversation);
      deps.onRecord(conversation);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'not-found') throw error;
      if (isStopped() || !readConversation(store, conversation)) return;
      purgeConversation(store, conversation);
      deps.onGone(conversation);
    }
  };

  const fetchAnew = async (name: string): Promise<void> => {
    resetReplica(store, name);
    await deps.fetchNow([name]);
  };

  return {
    renewLease,
    readAgain,
    async refused(name, refusal, pending) {
      const { rule } = refusal;
      log.info('refused', { document: name, rule, keys: refusal.keys.length, pending: pending.length });
      const ref = parseDocumentName(name);
      if (ref?.kind !== 'thread') return;
      const lease = deps.clientId();
      for (const key of refusal.keys.length > 0 ? refusal.keys : pending) count(key, rule);
      const answer = answerRefusal(refusal, pending, (key) => refusals.get(key)?.get(rule) ?? 0);
      switch (answer.kind) {
        case 'not-sent':
          store.transact(() => {
            markNotSent(store, answer.keys, answer.rule);
            refreshConversation(store, ref.conversation, me);
          });
          for (const key of answer.keys) refusals.delete(key);
          deps.onNotSent(ref.conversation, ref.thread, answer.keys);
          break;
        case 'new-lease':
          await deps.fetchNow([name]);
          await renewLease(lease);
          break;
        case 'catch-up':
          await deps.fetchNow(threadDocuments(store, ref.conversation, ref.thread).map((row) => row.name));
          break;
        case 'newest-epoch': {
          await readAgain(ref.conversation);
          const waiting = pending.filter((key) => readOutboxEntry(store, key) !== undefined);
          assignDocument(store, waiting, null);
          break;
        }
        case 'reset':
          await fetchAnew(name);
          break;
        case 'check-access':
          await readAgain(ref.conversation);
          break;
      }
      if (!isStopped()) deps.rebuild(name);
    },
    async rejected(name, code) {
      log.info('socket-rejected', { document: name, code });
      const ref = parseDocumentName(name);
      if (ref?.kind !== 'thread') return;
      if (code === CLOSE.signIn) {
        api.distrustToken();
        await api.token();
        if (!isStopped()) deps.reconnect();
        return;
      }
      if (code === CLOSE.notParticipant) return readAgain(ref.conversation);
      const times = (rejections.get(name) ?? 0) + 1;
      rejections.set(name, times);
      // Then it stays closed until the next connection; the log goes on bringing what is new.
      if (times > PATIENCE.entry) return;
      await fetchAnew(name);
      if (!isStopped()) deps.rebuild(name);
    },
    async checkDocument(name) {
      const ref = parseDocumentName(name);
      if (ref?.kind !== 'thread') return;
      await readAgain(ref.conversation);
      const record = readConversation(store, ref.conversation);
      if (isStopped() || !record || record.documents.some((document) => document.document === name)) return;
      store.transact(() => deleteDocument(store, name));
    },
    accepted(keys) {
      for (const key of keys) refusals.delete(key);
    },
  };
}
