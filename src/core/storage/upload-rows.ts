import type { AttachmentFact, Fact } from '#shared/facts.ts';
import type { UploadState, UploadView } from '#shared/file-views.ts';
import type { ThreadName } from '#shared/ids.ts';

import type { Store } from './database.ts';
import type { Place } from './items.ts';

export type UploadRow = {
  number: number;
  id: string;
  conversation: string;
  thread: ThreadName;
  name: string;
  type: string;
  bytes: number;
  width: number | null;
  height: number | null;
  state: 'waiting' | 'uploading' | 'held' | 'ready' | 'refused' | 'sent';
  sent: number;
  remote: string | null;
  fact: string | null;
  ready_at: number | null;
  why: string | null;
  message: string | null;
};

type NewUpload = Place & Pick<UploadRow, 'id' | 'name' | 'type' | 'bytes' | 'width' | 'height'>;

/** Of an entry of the outbox: one of its files isn't where a message may name it. */
export const LACKS_FILES = `EXISTS (SELECT 1 FROM uploads WHERE uploads.message = outbox.key AND uploads.state NOT IN ('held', 'ready', 'sent'))`;

export function putUpload(store: Store, file: NewUpload): void {
  store.run(
    `INSERT INTO uploads (id, conversation, thread, name, type, bytes, width, height) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    file.id,
    file.conversation,
    file.thread,
    file.name,
    file.type,
    file.bytes,
    file.width,
    file.height,
  );
}

export function readUpload(store: Store, id: string): UploadRow | undefined {
  return store.get<UploadRow>(`SELECT * FROM uploads WHERE id = ?`, id);
}

/** By this machine's id or the server's. */
export function findUpload(store: Store, id: string): UploadRow | undefined {
  return store.get<UploadRow>(`SELECT * FROM uploads WHERE id = ? OR remote = ?`, id, id);
}

/** Those of a draft, in the order in which they were added. */
export function draftUploads(store: Store, { conversation, thread }: Place): UploadRow[] {
  return store.all<UploadRow>(
    `SELECT * FROM uploads WHERE conversation = ? AND thread = ? AND message IS NULL ORDER BY number`,
    conversation,
    thread,
  );
}

/** Those of the draft and of messages that wait. */
export function openUploads(store: Store, { conversation, thread }: Place): UploadRow[] {
  return store.all<UploadRow>(
    `SELECT * FROM uploads WHERE conversation = ? AND thread = ? AND state <> 'sent' ORDER BY number`,
    conversation,
    thread,
  );
}

export function uploadsOf(store: Store, message: string): UploadRow[] {
  return store.all<UploadRow>(`SELECT * FROM uploads WHERE message = ? ORDER BY number`, message);
}

/** What there is to do, those that a message waits for first. */
export function uploadsToDo(store: Store): UploadRow[] {
  return store.all<UploadRow>(
    `SELECT * FROM uploads WHERE state IN ('waiting', 'uploading', 'held') ORDER BY state = 'held', message IS NULL, number`,
  );
}

export function allUploadIds(store: Store): string[] {
  return store.all<{ id: string }>(`SELECT id FROM uploads WHERE state <> 'sent'`).map((row) => row.id);
}

type Change = Partial<
  Pick<UploadRow, 'state' | 'sent' | 'remote' | 'fact' | 'ready_at' | 'why' | 'message' | 'conversation' | 'thread'>
>;

/** Returns whether it is still here. */
export function changeUpload(store: Store, id: string, change: Change): boolean {
  const names = Object.keys(change) as (keyof Change)[];
  const set = names.map((name) => `${name} = ?`).join(', ');
  return store.run(`UPDATE uploads SET ${set} WHERE id = ?`, ...names.map((name) => change[name] ?? null), id) > 0;
}

/** It is to be uploaded from its beginning. */
export const ANEW = { state: 'waiting', sent: 0, remote: null, fact: null, ready_at: null, why: null } as const satisfies Change;

export function deleteUpload(store: Store, id: string): void {
  store.run(`DELETE FROM uploads WHERE id = ?`, id);
}

export function deleteUploadsOf(store: Store, message: string): void {
  store.run(`DELETE FROM uploads WHERE message = ?`, message);
}

/** The message was taken back: they are the draft's again. */
export function returnUploads(store: Store, message: string): void {
  store.run(`UPDATE uploads SET message = NULL WHERE message = ?`, message);
}

/**
 * The server keeps what no message names for a day: files that have been there for longer than `before` (ms since 1970) are sent anew,
 * but for those whose message may be on the wire. Returns them.
 */
export function renewStale(store: Store, before: number): UploadRow[] {
  const stale = store.all<UploadRow>(
    `SELECT * FROM uploads WHERE state IN ('held', 'ready') AND ready_at < ?
       AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.key = uploads.message AND outbox.document IS NOT NULL)`,
    before,
  );
  for (const { id } of stale) changeUpload(store, id, ANEW);
  return stale;
}

/** Those whose message the server has: it is not in the outbox any more. */
export function acceptedUploads(store: Store): UploadRow[] {
  return store.all<UploadRow>(
    `SELECT * FROM uploads WHERE state <> 'sent' AND message IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.key = uploads.message)`,
  );
}

/** Of what is sent nothing is kept but by which id it was shown here. */
export function settleUpload(store: Store, id: string): void {
  store.run(`UPDATE uploads SET state = 'sent', name = '', fact = NULL, why = NULL, message = NULL WHERE id = ?`, id);
}

export function forgetSent(store: Store): void {
  store.run(`DELETE FROM uploads WHERE state = 'sent'`);
}

/** The id by which a file that this machine sent was shown while it waited. */
export function ownIdOf(store: Store, remote: string): string | undefined {
  return store.get<{ id: string }>(`SELECT id FROM uploads WHERE remote = ?`, remote)?.id;
}

/** A message as it goes out: what the server said of its files in the place of what was known before. */
export function withUploaded(store: Store, fact: Fact): Fact {
  if (fact.kind !== 'message' || fact.attachments.length === 0) return fact;
  const attachments = fact.attachments.map((file): AttachmentFact => {
    const told = readUpload(store, file.id)?.fact;
    return told ? (JSON.parse(told) as AttachmentFact) : file;
  });
  return { ...fact, attachments };
}

/** What stands in a message while its file is on its way. */
export function attachmentOfUpload(row: UploadRow): AttachmentFact {
  const { id, name, type, bytes, width, height } = row;
  return { id, name, type, bytes, ...(width !== null && height !== null ? { width, height } : {}) };
}

export function stateOfUpload(row: UploadRow): UploadState {
  switch (row.state) {
    case 'uploading':
      return { kind: 'uploading', sent: row.sent };
    case 'refused':
      return { kind: 'refused', message: row.why ?? '' };
    case 'sent':
      return { kind: 'ready' };
    default:
      return { kind: row.state };
  }
}

export function viewOfUpload(row: UploadRow): UploadView {
  return { ...attachmentOfUpload(row), url: `/files/${row.id}`, state: stateOfUpload(row), message: row.message };
}
