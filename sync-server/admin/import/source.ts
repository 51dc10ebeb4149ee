import { z } from 'zod';

import { LIMITS } from '#shared/limits.ts';
import type { Role } from '#shared/roles.ts';

import { stableId } from './stable-id.ts';

const participant = z.object({
  id: z.string().min(1).max(200),
  role: z.enum(['client', 'agency', 'worker']),
  name: z.string().trim().min(1).max(200),
});
const line = z.object({
  id: z.string().min(1).max(300),
  title: z.string().trim().min(1).max(200),
  participants: z.array(participant).min(1),
  messages: z.array(z.unknown()),
});
const message = z.object({
  sender: z.string(),
  text: z.string().max(LIMITS.textLength, `longer than ${LIMITS.textLength} characters`),
  at: z.iso.datetime({ offset: true }),
});

export type SourceParticipant = { email: string; name: string; role: Role };
/** `id`: made of the conversation's id and the message's place, so that it is the same in each import. */
export type SourceMessage = { id: string; email: string; text: string; at: number };
export type SourceConversation = {
  line: number;
  externalId: string;
  title: string;
  participants: SourceParticipant[];
  messages: SourceMessage[];
};

export type Refused = { line: number; message: number | null; reason: string };

/** Reads one line. A message that is at fault is refused alone, by its place (from 1); the others are taken. */
export function readSource(text: string, number: number): { conversation: SourceConversation | null; refused: Refused[] } {
  const refuse = (reason: string) => ({ conversation: null, refused: [{ line: number, message: null, reason }] });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('is no JSON');
  }
  const parsed = line.safeParse(value);
  if (!parsed.success) return refuse(said(parsed.error));
  const { id, title, participants, messages } = parsed.data;
  if ([id, title, ...participants.flatMap((one) => [one.id, one.name])].some(hasNul)) return refuse('holds a NUL character');

  const people = new Map<string, SourceParticipant>();
  for (const one of participants) {
    const role = one.role === 'agency' ? 'staff' : one.role;
    const known = people.get(one.id);
    if (known && known.role !== role) return refuse(`lists the participant "${one.id}" with two roles`);
    people.set(one.id, { email: emailOf(one.id), name: one.name.toWellFormed(), role });
  }
  const refused: Refused[] = [];
  const taken: SourceMessage[] = [];
  for (const [index, raw] of messages.entries()) {
    const result = readMessage(raw, id, index, people);
    if (typeof result === 'string') refused.push({ line: number, message: index + 1, reason: result });
    else taken.push(result);
  }
  const conversation = {
    line: number,
    externalId: id.toWellFormed(),
    title: title.toWellFormed(),
    participants: [...people.values()],
    messages: taken,
  };
  return { conversation, refused };
}

function readMessage(raw: unknown, id: string, index: number, people: Map<string, SourceParticipant>): SourceMessage | string {
  const parsed = message.safeParse(raw);
  if (!parsed.success) return said(parsed.error);
  const { sender, text } = parsed.data;
  const person = people.get(sender);
  if (!person) return 'its sender is none of the participants';
  if (text.trim() === '') return 'has no text';
  if (hasNul(text)) return 'holds a NUL character';
  const at = Date.parse(parsed.data.at);
  if (at < 0) return '"at" is before 1970';
  return { id: stableId(at, `${id}\n${index}`), email: person.email, text: text.toWellFormed(), at };
}

/** Postgres keeps no NUL in a text. */
function hasNul(text: string): boolean {
  return text.includes('\0');
}

function said(error: z.ZodError): string {
  const { path, message } = error.issues[0]!;
  return path.length === 0 ? message : `"${path.join('.')}": ${message}`;
}

/** What is none of the letters that an address is made of is written as a percent code. */
function emailOf(participantId: string): string {
  return `${encodeURIComponent(participantId.toWellFormed())}@import.example`;
}
