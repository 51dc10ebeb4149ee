import type { CannedReply } from '#shared/thread-views.ts';
import type { ConversationView, PersonView } from '#shared/views.ts';

import { firstName } from '../words/sentences.ts';

export const VARIABLES = ['client', 'client first name', 'job', 'me'] as const;

/** What the variables stand for in this conversation; one that stands for nothing is left as it is written. */
export function valuesFor(conversation: ConversationView, me: Pick<PersonView, 'name'>): Record<string, string> {
  const client = conversation.participants.find((person) => person.role === 'client' && !person.left);
  return {
    job: conversation.job.title,
    me: me.name,
    ...(client ? { client: client.name, 'client first name': firstName(client.name) } : {}),
  };
}

export function fillIn(text: string, values: Record<string, string>): string {
  return text.replace(/\{([^{}]{1,40})\}/gu, (whole, name: string) => {
    const key = name.trim().toLowerCase();
    return Object.hasOwn(values, key) ? (values[key] ?? whole) : whole;
  });
}

/** What stands behind a `/` that begins the text; `null` when no reply is being looked for. */
export function cannedQuery(text: string, caret: number): string | null {
  if (!text.startsWith('/') || caret === 0 || text.slice(caret).trim() !== '') return null;
  const query = text.slice(1, caret);
  return query.length > 40 || query.includes('\n') || query.startsWith('/') ? null : query;
}

export function matchReplies(replies: readonly CannedReply[], query: string): CannedReply[] {
  const wanted = query.trim().toLocaleLowerCase();
  const begins = (reply: CannedReply): boolean => reply.name.toLocaleLowerCase().startsWith(wanted);
  const found = replies.filter(({ name, text }) => `${name}\n${text}`.toLocaleLowerCase().includes(wanted));
  return found.toSorted((a, b) => Number(begins(b)) - Number(begins(a)));
}

/** The first variable that nothing was known for, to be written by hand. */
export function openVariable(text: string): [number, number] | null {
  const match = /\{[^{}]{1,40}\}/u.exec(text);
  return match ? [match.index, match.index + match[0].length] : null;
}
