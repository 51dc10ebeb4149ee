/** What a stranger needs to know of a command besides its options. `json`: the fields of its one object; `?`: not always there. */
export type CommandReference = {
  group: Group;
  /** Behind `npm run -s admin -- `. */
  examples: readonly string[];
  json: Readonly<Record<string, string>>;
  /** What it does not do, and what to know before it is called. */
  notes?: readonly string[];
};

export const GROUPS = [
  'Agencies and their rules',
  'People',
  'Conversations',
  'Keeping and erasing',
  'Platforms',
  'The data as a whole',
] as const;
export type Group = (typeof GROUPS)[number];

export const EXIT_CODES: Readonly<Record<0 | 1 | 2 | 3, string>> = {
  0: 'done',
  1: 'it could not be done, or it found problems; what it printed says which',
  2: 'it was asked wrongly; nothing was done',
  3: 'the database can not be reached; nothing is lost, try again',
};

/** Of options that mean the same wherever they are. */
export const OPTION_ABOUT: Readonly<Record<string, string>> = {
  '--agency': 'which agency',
  '--account': 'whose account',
  '--conversation': 'which conversation; list-conversations tells them',
  '--mode': 'what is done: nothing, a warning, or a refusal',
  '--key': 'which key; list-api-keys tells them',
  '--job-title': 'what the job is called, 1 to 200 characters',
  '--status': 'how far the job is',
  '--location': 'where the job is',
  '--reason': 'why sending is closed',
  '--on': 'close sending for this reason',
  '--off': 'this reason is over',
  '--role': 'what they are at the agency',
  '--url': 'where it is called',
  '--webhook': 'which one; list-webhooks tells them',
};

const AGENCY = { agency: 'id of the agency' };
const ACCOUNT = { id: 'id of the account', email: 'its address' };

export const REFERENCE: Readonly<Record<string, CommandReference>> = {
  'create-agency': {
    group: 'Agencies and their rules',
    examples: ['create-agency --name "Acme Services"'],
    json: { id: 'id of the agency', number: 'its number', name: 'its name' },
  },
  'list-agencies': {
    group: 'Agencies and their rules',
    examples: ['list-agencies', 'list-agencies --json'],
    json: {
      agencies:
        'list of {id, number, name, keep, people, conversations, createdAt}; keep is null where messages are kept forever',
    },
  },
  'set-contact-filter': {
    group: 'Agencies and their rules',
    examples: ['set-contact-filter --agency "Acme Services" --mode warn'],
    json: { ...AGENCY, mode: 'off, warn or block', changed: 'false: it was so already' },
  },
  'set-start-rules': {
    group: 'Agencies and their rules',
    examples: ['set-start-rules --agency "Acme Services" --time-zone Asia/Manila --lock-before-start off'],
    json: { timeZone: 'where a start date is a day', lockBeforeStart: 'whether sending waits for it' },
    notes: ['For jobs that are made or changed from then on.'],
  },
  'create-account': {
    group: 'People',
    examples: [
      'create-account --agency "Acme Services" --role staff --name "Liza Manalo" --email liza@example.com',
      'create-account --role client --name "Rosa Villanueva" --email rosa@example.com',
    ],
    json: {
      ...ACCOUNT,
      number: 'its number',
      name: 'its name',
      role: 'its role',
      agency: '{id, number, name, contactFilter}; null for clients and workers',
    },
    notes: [
      'A password on a command line stands in the history of the shell: rather leave it out, and call reset-password or invite-staff.',
    ],
  },
  'list-accounts': {
    group: 'People',
    examples: ['list-accounts --agency "Acme Services" --role staff', 'list-accounts --search rosa'],
    json: { accounts: 'list of {id, number, name, email, role, agency, state, createdAt}; state is active, disabled or erased' },
  },
  'invite-staff': {
    group: 'People',
    examples: ['invite-staff --agency "Acme Services" --email liza@example.com --role staff'],
    json: {
      id: 'id of the invitation',
      email: 'to sign in with',
      role: 'what they will be',
      name: 'null: they say it themselves',
      state: 'open',
      createdAt: 'when it was made',
      expiresAt: 'when it ends',
      token: 'the secret',
      link: 'the address with it',
    },
    notes: ['Sends nothing: hand the link over yourself. PUBLIC_URL is what it begins with. `invite` is the same command.'],
  },
  invitations: {
    group: 'People',
    examples: ['invitations --agency "Acme Services"', 'invitations --agency "Acme Services" --revoke 0198c0de-…'],
    json: { invitations: 'list of {id, email, role, name, state, createdAt, expiresAt}' },
  },
  'disable-account': {
    group: 'People',
    examples: ['disable-account --account liza@example.com'],
    json: { ...ACCOUNT, disabled: 'true' },
    notes: ['Sessions end and open apps are closed within a second. What the person wrote stays; erase-person takes that away.'],
  },
  'enable-account': {
    group: 'People',
    examples: ['enable-account --account liza@example.com'],
    json: { ...ACCOUNT, disabled: 'false' },
    notes: ['Who was erased stays out.'],
  },
  'reset-password': {
    group: 'People',
    examples: ['reset-password --account liza@example.com'],
    json: {
      account: 'id of the account',
      email: 'its address',
      'token?': 'the secret',
      'link?': 'the address with it',
      'expiresAt?': 'when it ends',
    },
    notes: ['Without --password it sends nothing: hand the link over yourself.'],
  },
  'list-sessions': {
    group: 'People',
    examples: ['list-sessions --account liza@example.com'],
    json: { sessions: 'list of {id, device, createdAt, lastUsedAt}, the last used first' },
  },
  'revoke-session': {
    group: 'People',
    examples: [
      'revoke-session --account liza@example.com --session 0198c0de-…',
      'revoke-session --account liza@example.com --session all',
    ],
    json: { revoked: 'how many ended' },
    notes: [
      'Open apps are closed within a second, and ask to sign in again. The password stays: call reset-password where it may be known.',
    ],
  },
  'link-account': {
    group: 'People',
    examples: ['link-account --account rosa@example.com --subject 4711 --issuer https://id.example.com'],
    json: { ...ACCOUNT, issuer: 'of the platform', subject: 'their id there' },
  },
  'link-imported': {
    group: 'People',
    examples: ['link-imported --issuer https://id.example.com'],
    json: { linked: 'how many', left: 'addresses of those that were used here' },
  },
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
  'create-api-key': {
    group: 'Platforms',
    examples: ['create-api-key --agency "Acme Services" --name "Booking site" --make-accounts'],
    json: {
      id: 'id of the key',
      name: 'its name',
      ...AGENCY,
      issuer: 'under which people are known',
      makesAccounts: 'whether it may make accounts',
      createdAt: 'when it was made',
      lastUsedAt: 'null',
      revokedAt: 'null',
      key: 'the secret, this once',
    },
  },
  'list-api-keys': {
    group: 'Platforms',
    examples: ['list-api-keys --agency "Acme Services"'],
    json: { keys: 'list of {id, name, agency, issuer, makesAccounts, createdAt, lastUsedAt, revokedAt}' },
  },
  'revoke-api-key': {
    group: 'Platforms',
    examples: ['revoke-api-key --agency "Acme Services" --key "Booking site"'],
    json: { key: 'which', revoked: 'true' },
  },
  'add-webhook': {
    group: 'Platforms',
    examples: ['add-webhook --agency "Acme Services" --url https://push.example.com/trialogue --events NEW_MESSAGE,MENTION'],
    json: {
      id: 'id of the webhook',
      url: 'where it is called',
      events: 'for what',
      withText: 'whether texts go along',
      createdAt: 'when it was made',
      secret: 'signs its calls; this once',
    },
  },
  'list-webhooks': {
    group: 'Platforms',
    examples: ['list-webhooks --agency "Acme Services"'],
    json: { webhooks: 'list of {id, url, events, withText, createdAt}' },
  },
  'remove-webhook': {
    group: 'Platforms',
    examples: ['remove-webhook --agency "Acme Services" --webhook 0198c0de-…'],
    json: { id: 'which', removed: 'true' },
  },
  'webhook-failures': {
    group: 'Platforms',
    examples: ['webhook-failures --agency "Acme Services"', 'webhook-failures --agency "Acme Services" --replay all'],
    json: {
      'failures?': 'list of {id, webhook, url, kind, attempts, error, createdAt, failedAt}, the newest 500',
      'replayed?': 'with --replay: how many will be tried again',
    },
  },
  'import-platform': {
    group: 'Platforms',
    examples: ['import-platform dump.sql.gz --media ./media --dry-run'],
    json: {
      platform: 'what it is called',
      dryRun: 'true: nothing was written',
      seconds: 'how long it took',
      '…': 'the report: docs/import-platform.md',
    },
  },
  'import-conversations': {
    group: 'The data as a whole',
    examples: ['import-conversations history.jsonl.gz --agency "Acme Services"'],
    json: {
      ...AGENCY,
      agencyMade: 'whether it was made',
      conversations: '{made, extended, unchanged}',
      messages: '{made, known}',
      accounts: 'how many were made',
      refused: 'how many lines or messages; then it ends with 1',
      seconds: 'how long it took',
      people: 'list of {name, email, role}: who can sign in',
    },
    notes: ['The file: docs/import-format.md.'],
  },
  check: {
    group: 'The data as a whole',
    examples: ['check', 'check --json'],
    json: {
      threads: 'how many were looked at',
      documents: 'how many documents',
      entries: 'how many entries',
      problems: 'how many disagreements; above 0 it ends with 1',
      first: 'list of {where, problem}: the first 100 of them',
    },
    notes: ['Reads all; changes nothing; the server may be running. What it says is wrong, rebuild mends.'],
  },
  rebuild: {
    group: 'The data as a whole',
    examples: ['rebuild', 'rebuild --conversation 17'],
    json: {
      threads: 'how many were looked at',
      rebuilt: 'how many threads and own documents were made anew',
      problems: 'how many are left; above 0 it ends with 1',
      first: 'list of {where, problem}: the first 100 of them',
    },
    notes: [
      'Documents and their logs are what counts; rows are made from them. A thread is locked while its rows are made, for about a second per 10,000 messages. Messages whose rows were lost get new numbers for JSON clients.',
      'A log that has a gap is left as it is, with its rows: that has to come out of a backup.',
    ],
  },
  'seed-demo': {
    group: 'The data as a whole',
    examples: ['seed-demo'],
    json: {
      agency: 'its name',
      password: 'of all of them',
      people: 'list of {name, email, role}',
      added: 'how many conversations',
    },
    notes: ['For trials: everybody has the same password, which is printed.'],
  },
};
