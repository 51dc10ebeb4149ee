import { THREAD_ROOTS } from '#shared/documents.ts';
import type { AttachmentFact, MessageFact } from '#shared/facts.ts';
import { entryKey, newId, UUID_V7 } from '#shared/ids.ts';
import type { ChatErrorCode, ChatMessage, ChatRequest } from '#shared/json-clients.ts';
import { decodeUpdate, encodeUpdate, valueStruct } from '#shared/update-codec.ts';
import type { RefusalRule } from '#shared/wire.ts';

import { contactFilterAbout } from '../storage/agency-rules.ts';
import { newestEpoch, ownFile } from '../storage/chat-writes.ts';
import { chatMessageOf, type LinkTo } from '../storage/chats.ts';
import type { Database } from '../storage/database.ts';
import { checkStructure } from '../sync/acceptance/structure.ts';
import type { Work, WorkOutcome } from '../sync/committer.ts';

export type ChatWriter = { conversation: string; account: string; lease: number };
export type SendDeps = {
  db: Database;
  submit: (work: Work, bytes: number) => Promise<WorkOutcome>;
  now: () => number;
  linkTo: LinkTo;
};

export type SendOutcome =
  /** Everybody is told of it, its author too. */
  | { kind: 'sent'; notice?: string }
  /** It was here already, under the id that the client gave it: only the client needs to be told. */
  | { kind: 'known'; message: ChatMessage }
  | { kind: 'error'; code: ChatErrorCode; message: string };

/** Each that fails means that others filled a whole epoch between the look and the commit. */
const TRIES = 20;
const FILE_URL = /\/api\/v1\/files\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\?[^#]*)?$/;

/** Writes a message as its author's replica would, and answers when it is committed or refused. */
export async function sendMessage(
  deps: SendDeps,
  writer: ChatWriter,
  request: Extract<ChatRequest, { type: 'send_message' }>,
): Promise<SendOutcome> {
  const { conversation, account } = writer;
  const attachments: AttachmentFact[] = [];
  if (request.attachment_url) {
    const file = FILE_URL.exec(request.attachment_url)?.[1];
    const found = file && (await deps.db.read((reader) => ownFile(reader, { conversation, account, file })));
    if (!found) return refused('attachment');
    attachments.push(found);
  }
  if (request.message.trim() === '' && attachments.length === 0) {
    return { kind: 'error', code: 'bad-request', message: 'A message needs text or a file. It was not sent.' };
  }
  const given = request.client_message_id;
  const id = typeof given === 'string' && UUID_V7.test(given) ? given : newId(deps.now());
  const fact: MessageFact = { kind: 'message', text: request.message, mentions: [], attachments, sentAt: deps.now() };
  for (let tries = 0; tries < TRIES; tries++) {
    const outcome = await submitFact(deps, writer, entryKey(account, id), fact);
    if (outcome.kind === 'accepted') {
      const filter = await deps.db.read((reader) => contactFilterAbout(reader, conversation, fact.text));
      return filter === 'warn' ? { kind: 'sent', notice: CONTACT_NOTICE } : { kind: 'sent' };
    }
    if (outcome.kind === 'failed') break;
    const { rule } = outcome.refusal;
    // Under an id that was made here only this very message can stand: its first commit was never told, and is shown to all now.
    if (rule === 'duplicate-key') return id === given ? alreadyThere(deps, writer, id, fact) : { kind: 'sent' };
    if (rule !== 'epoch-full') return refused(rule);
  }
  return { kind: 'error', code: 'unavailable', message: 'The server cannot store this just now. Send it again.' };
}

async function submitFact(deps: SendDeps, writer: ChatWriter, key: string, fact: MessageFact): Promise<WorkOutcome> {
  const { conversation, account, lease } = writer;
  const document = await deps.db.read((reader) => newestEpoch(reader, conversation));
  if (!document) return { kind: 'refused', refusal: { rule: 'not-participant', keys: [] } };
  // The clock is handed out in the commit, where no other socket or node can take the same.
  const update = encodeUpdate([valueStruct({ client: lease, clock: 0 }, THREAD_ROOTS.entries, key, fact)]);
  const checked = checkStructure(decodeUpdate(update), { account, lease }, 'all');
  if (checked.kind === 'refused') return checked;
  const place = { id: document.id, conversation, thread: 'all' as const, epoch: document.epoch };
  return deps.submit(
    { kind: 'thread', document: place, writer: { account, lease }, claims: checked.claims, clocks: 'next' },
    update.length,
  );
}

/** A frame that was sent again: its message stands there, once. */
async function alreadyThere(deps: SendDeps, writer: ChatWriter, id: string, fact: MessageFact): Promise<SendOutcome> {
  const { conversation, account } = writer;
  const found = await deps.db.read((reader) => chatMessageOf(reader, deps.linkTo, { conversation, account, id }));
  if (found && (found.changed || found.message.text === fact.text)) return { kind: 'known', message: found.message };
  return {
    kind: 'error',
    code: 'conflict',
    message: 'Something else was sent under this client_message_id. It was not sent; send it under another.',
  };
}

const CONTACT_NOTICE =
  'Your message was sent. It holds an e-mail address or a phone number: keep what is agreed about the job in this conversation.';

const REASONS: Partial<Record<RefusalRule, string>> = {
  'contact-details':
    'The message was not sent: it holds an e-mail address or a phone number, which are not allowed here. Take it out and send it again.',
  closed: 'Sending is closed here. The message was not sent.',
  attachment: 'The attachment is not a file that you uploaded to this conversation. The message was not sent.',
  'not-participant': 'You do not take part in this conversation any more. The message was not sent.',
  schema: 'The text holds something that cannot be stored. The message was not sent.',
};

function refused(rule: RefusalRule): SendOutcome {
  return { kind: 'error', code: rule, message: REASONS[rule] ?? 'The message was refused and not sent.' };
}
