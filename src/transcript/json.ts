import type { Role } from '#shared/roles.ts';

import type { Transcript, TranscriptItem } from './transcript.ts';

/** As an import knows them. */
const IMPORTED_ROLE: Record<Role, 'client' | 'worker' | 'agency'> = {
  client: 'client',
  worker: 'worker',
  owner: 'agency',
  staff: 'agency',
  employee: 'agency',
};

/**
 * One line of JSON, in pieces: what `import-conversations` reads (docs/import-format.md), with all else that there is to know in fields
 * that it leaves out. Removed messages and events stand in lists of their own: they say nothing that could be brought in.
 */
export async function* transcriptJson(transcript: Transcript): AsyncGenerator<string> {
  const { conversation, agency, job, thread, exportedAt, people, items, isPartial } = transcript;
  const head = {
    format: 'trialogue-conversation/1',
    id: conversation.id,
    number: conversation.number,
    title: job.title,
    agency,
    job,
    thread,
    exportedAt: iso(exportedAt),
    ...(isPartial === true ? { partial: true } : {}),
    participants: people.map(({ account, name, role, left }) => ({
      id: account,
      role: IMPORTED_ROLE[role],
      name,
      accountRole: role,
      left,
    })),
  };
  yield `${JSON.stringify(head).slice(0, -1)},"messages":[`;
  const rest: { removed: object[]; events: object[] } = { removed: [], events: [] };
  let isFirst = true;
  for await (const item of items) {
    if (item.kind === 'event') rest.events.push({ key: item.key, seq: item.seq, at: iso(item.at), ...item.event });
    else if (item.removedAt !== null) rest.removed.push(removed(item));
    else {
      yield `${isFirst ? '' : ','}${JSON.stringify(written(item))}`;
      isFirst = false;
    }
  }
  yield `],"removed":${JSON.stringify(rest.removed)},"events":${JSON.stringify(rest.events)}}\n`;
}

type Message = Extract<TranscriptItem, { kind: 'message' }>;

function written(message: Message): object {
  const { key, number, seq, account, text, mentions, attachments, replyTo, sentAt, acceptedAt, editedAt, reactions } = message;
  return {
    sender: account,
    text,
    at: iso(sentAt),
    key,
    number,
    seq,
    acceptedAt: iso(acceptedAt),
    editedAt: editedAt === null ? null : iso(editedAt),
    replyTo: replyTo?.key ?? null,
    mentions,
    attachments,
    reactions,
  };
}

function removed({ key, number, seq, account, acceptedAt, removedAt }: Message): object {
  return { sender: account, key, number, seq, acceptedAt: iso(acceptedAt), removedAt: iso(removedAt!) };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
