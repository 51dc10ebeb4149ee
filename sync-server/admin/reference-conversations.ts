import type { CommandReference } from './reference-shape.ts';

const AGENCY = { agency: 'id of the agency' };

/** Conversations, and what is kept of them. */
export const CONVERSATIONS: Readonly<Record<string, CommandReference>> = {
  'create-conversation': {
    group: 'Conversations',
    examples: [
      'create-conversation --agency "Acme Services" --job-title "Fix the sink" --client rosa@example.com --worker joel@example.com',
    ],
    json: {
      id: 'id of the conversation',
      number: 'its number',
      ...AGENCY,
      title: 'of the job',
      participants: 'list of {account, email, role}',
    },
  },
  'list-conversations': {
    group: 'Conversations',
    examples: ['list-conversations --agency "Acme Services" --search sink', 'list-conversations --account rosa@example.com'],
    json: { conversations: 'list of {id, number, title, status, agency, participants, messages, lastActivityAt}' },
  },
  'remove-participant': {
    group: 'Conversations',
    examples: ['remove-participant --conversation 17 --account joel@example.com'],
    json: { conversation: 'its id', account: 'id of the account', email: 'its address', changed: 'false: they were out already' },
    notes: ['Their apps lose the conversation within a second, and purge their copy.'],
  },
  'set-lock': {
    group: 'Conversations',
    examples: ['set-lock --conversation 17 --reason closed --on', 'set-lock --conversation 17 --reason closed --off'],
    json: { conversation: 'its id', reason: 'which', on: 'whether it holds now', changed: 'false: it was so already' },
    notes: ['Sending is open when no reason holds.'],
  },
  'export-conversation': {
    group: 'Conversations',
    examples: [
      'export-conversation --conversation 17 --format pdf --out sink.pdf',
      'export-conversation --conversation 17 --thread team --out notes.json',
    ],
    json: { conversation: 'its id', thread: 'all or team', format: 'json or pdf', file: 'where it is', bytes: 'how large' },
    notes: [
      'The JSON is one line, as import-conversations reads it (docs/import-format.md), with all else in further fields: `format`, `number`, `agency`, `job`, `thread`, `exportedAt`, `participants[].accountRole` and `.left`; of a message `key`, `number`, `seq`, `acceptedAt`, `editedAt`, `replyTo`, `mentions`, `attachments`, `reactions`; and the lists `removed` and `events`. Brought in again it is messages and people: a message that is files alone has nothing to bring, and is refused.',
      'The PDF is A4, in English, with the times of the agency. It shows Latin, Greek, Cyrillic, Devanagari, Arabic, Chinese and Japanese as they are written and emoji in black; signs of other scripts (Korean, Thai, Hebrew …) are replaced by �. Photos are shown as thumbnails where there are any, other files by name and size. The bytes of files are not in either.',
      'Staff get the same over HTTP: GET /api/v1/conversations/<id>/export?format=json|pdf&thread=all|team.',
    ],
  },
  retention: {
    group: 'Keeping and erasing',
    examples: [
      'retention --agency "Acme Services" --older-than 24mo --dry-run',
      'retention --agency "Acme Services" --older-than 24mo',
      'retention --agency "Acme Services" --keep 24mo',
      'retention --agency "Acme Services" --keep forever',
    ],
    json: {
      ...AGENCY,
      keep: 'what the server does every day: such as 24mo; null keeps all',
      'before?': 'what was accepted before this',
      'dryRun?': 'true: nothing was changed',
      'messages?': 'how many were, or would be, emptied',
      'conversations?': 'in how many conversations',
      'files?': 'how many files they had',
    },
    notes: [
      'Emptied are text, edits, mentions and files with their thumbnails: in documents, logs, rows, and in every app, at once where it is online, else when it is next. The place of a message, its author and its time stay, as of one that its author removed. Events, team labels and who takes part stay.',
      'It goes in small steps beside the running server. Cut off, call it again. Months and years are those of the calendar; a month that has no such day ends on its last.',
      'What it can not reach: backups, files that somebody has saved, apps that never come back, and pages of the database that Postgres has not written over yet (VACUUM FULL does).',
    ],
  },
  'erase-person': {
    group: 'Keeping and erasing',
    examples: ['erase-person --account rosa@example.com --dry-run', 'erase-person --account rosa@example.com --yes'],
    json: {
      account: 'id of the account, which stays',
      dryRun: 'true: nothing was changed',
      conversations: 'where they took part or wrote',
      messages: 'how many were, or would be, emptied',
      files: 'how many files went besides, or would go with the messages',
      'reactions?': 'how many were taken back',
      'notes?': 'imported notes in which the name was replaced',
      'bytesGone?': 'false: the server removes bytes of files just now, and does the rest',
    },
    notes: [
      'What goes: every message with its edits and files, reactions, drafts and settings, notifications, uploads under way, sessions, password, the link to a platform, invitations, the names of their devices. Name and address become "Erased person" and erased-<number>@erased.invalid, also in the history of every document. The id stays, so that the rest goes on meaning something; nobody can sign in as it.',
      'What stays, because others wrote it or it is the agency’s: a name within texts of others ("thanks, Rosa", "@Rosa"), titles and places of jobs, labels, which messages were reacted to with which sign, and read marks, under the id alone. Look for the name with list-conversations --search, and empty what should go too.',
      'What it can not reach: backups, exports that were made before, files that somebody has saved, apps that never come back, and pages of the database that Postgres has not written over yet (VACUUM FULL does). An import of the same history brings it back: take the person out of its file first.',
      'Cut off, call it again with the id that it prints first.',
    ],
  },
};
