import { LIMITS } from '#shared/limits.ts';

import type { NewFile } from '../../storage/files.ts';
import type { ImportedRow } from '../../storage/imported.ts';
import type { NewEvent, NewMessage } from '../import/plan.ts';
import { stableId } from '../import/stable-id.ts';
import type { Described, Side } from './conversation.ts';
import { takeFile, type Media } from './media.ts';
import type { Model } from './model.ts';
import type { People, PlannedPerson } from './people.ts';
import type { Report } from './report.ts';
import type { PlatformRow } from './tables.ts';

export type Row = PlatformRow<'message'>;
export type Author = { person: PlannedPerson; side: Side };

/** Who wrote it: `system`, or in the platform's order of senders; a text: why nobody can be named. */
export function authorOf(
  row: Row,
  conversation: Described,
  model: Model,
  people: People,
): Author | 'system' | { missing: string } {
  // Older code of the platform wrote the client as the sender of its own announcements.
  if (row.messageType === 'SYSTEM') return 'system';
  const found = senderOf(row, model, people);
  if (found === null) return 'system';
  if (!found.person) return { missing: 'has a sender who is not there' };
  return { person: found.person, side: conversation.people.get(found.person.ours)?.side ?? found.side };
}

function senderOf(row: Row, model: Model, people: People): { person: PlannedPerson | undefined; side: Side } | null {
  if (row.sender_id !== null) {
    const profile = model.profiles.get(row.sender_id);
    const side = profile?.profileType === 'CLIENT' ? 'client' : 'other';
    return { person: people.accounts.get(profile?.accountFK_id ?? 0), side };
  }
  if (row.senderAgency_id !== null) return { person: people.owners.get(row.senderAgency_id), side: 'other' };
  if (row.sender_admin_id !== null) return { person: people.accounts.get(row.sender_admin_id), side: 'neither' };
  return null;
}

/** The same in each import, and by the same rule for all that one message becomes. */
export function messageIdOf(platform: string, row: Pick<Row, 'messageID' | 'createdAt'>, part = 0): string {
  return stableId(row.createdAt, `${platform}\nmessage\n${row.messageID}${part === 0 ? '' : `\n${part}`}`);
}

export type Converted = { items: (NewMessage | NewEvent)[]; imported: ImportedRow[]; files: NewFile[] };
type Context = {
  platform: string;
  conversation: Described;
  ours: string;
  model: Model;
  media: Media;
  keepsNumber: boolean;
  report: Report;
};

/** What a message becomes: an event, or one message, or several where its text is too long. `null`: left, which was reported. */
export async function convert(row: Row, author: Author | 'system', context: Context): Promise<Converted | null> {
  const { platform, report } = context;
  const { messageID: id, createdAt: at } = row;
  const imported: ImportedRow[] = [{ kind: 'message', id, ours: messageIdOf(platform, row) }];
  if (author === 'system') {
    if (row.sender_id !== null) report.mend('message', id, 'is of the system, though somebody stands as its sender');
    const text = row.messageText.trim().slice(0, LIMITS.textLength);
    if (text === '') {
      report.leave('message', id, 'is of the system, and says nothing');
      return null;
    }
    report.count('events', 'new');
    return { items: [{ id: messageIdOf(platform, row), at, event: { type: 'note', text, by: null } }], imported, files: [] };
  }
  const { files, notes } = await takeFiles(row, author.person, context);
  const text = [row.messageText.trim() === '' ? '' : row.messageText, placeOf(row), ...notes]
    .filter((one) => one !== '')
    .join('\n');
  if (text === '' && files.length === 0) {
    report.leave('message', id, 'has neither a text nor a file');
    return null;
  }
  const parts = cut(text);
  if (parts.length > 1) report.mend('message', id, `is longer than ${LIMITS.textLength} characters, and became several`);
  const items = parts.map((part, index): NewMessage => {
    const message = { id: messageIdOf(platform, row, index), account: author.person.ours, text: part, at };
    if (index > 0) return message;
    const attachments = files.map(({ id: file, name, type, bytes, size }) => ({ id: file, name, type, bytes, ...size }));
    return { ...message, attachments, ...(context.keepsNumber ? { number: id } : {}) };
  });
  for (const [index, item] of items.entries()) {
    if (index > 0) imported.push({ kind: 'message-part', id: id * 100 + index, ours: item.id });
  }
  report.count('messages', 'new');
  return { items, imported, files };
}

async function takeFiles(row: Row, author: PlannedPerson, context: Context): Promise<{ files: NewFile[]; notes: string[] }> {
  const { platform, ours, model, media, report } = context;
  const files: NewFile[] = [];
  const notes: string[] = [];
  const attachments = model.attachments.get(row.messageID) ?? [];
  for (const { attachmentID: id, fileURL, fileName } of attachments) {
    const taken =
      files.length < LIMITS.attachments ? await takeFile(media, fileURL, fileName) : `is one of more than ${LIMITS.attachments}`;
    if (typeof taken === 'string') {
      report.mend('message_attachment', id, `stays behind with a note in its message: its file ${taken}`);
      notes.push(MISSING_FILE);
      continue;
    }
    report.count('files', 'new');
    const file = stableId(row.createdAt, `${platform}\nattachment\n${id}`);
    files.push({ id: file, conversation: ours, thread: 'all', account: author.ours, ...taken });
  }
  if (attachments.length === 0 && (row.messageType === 'IMAGE' || row.messageType === 'FILE')) {
    report.mend('message', row.messageID, 'has no file, and says so in a note');
    notes.push(MISSING_FILE);
  }
  return { files, notes };
}

/** Stands in a message whose file could not be brought along. */
export const MISSING_FILE = '(A file was here. It could not be brought along.)';

function placeOf(row: Row): string {
  if (row.messageType !== 'LOCATION') return '';
  const { locationAddress: address, locationLandmark: landmark, locationLatitude: latitude, locationLongitude: longitude } = row;
  const point = latitude !== null && longitude !== null ? `${latitude}, ${longitude}` : null;
  return [address, landmark, point].filter((one) => one !== null && one.trim() !== '').join(' · ');
}

/** In portions that a message may hold, never within a character. */
function cut(text: string): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > LIMITS.textLength) {
    const last = rest.charCodeAt(LIMITS.textLength - 1);
    const end = last >= 0xd800 && last <= 0xdbff ? LIMITS.textLength - 1 : LIMITS.textLength;
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  const full = [...parts, rest].filter((part) => part.trim() !== '');
  return full.length > 0 ? full : [text];
}
