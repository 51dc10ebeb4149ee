import type { CommandReference } from './reference-shape.ts';

const AGENCY = { agency: 'id of the agency' };

/** Platforms, and the data as a whole. */
export const DATA: Readonly<Record<string, CommandReference>> = {
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
  restored: {
    group: 'The data as a whole',
    examples: ['restored'],
    json: { timeline: 'what the history of this database is called now' },
    notes: [
      'A restore by pg_restore, or to a point in time, is seen by the server itself; after a folder was copied back, this has to be said. Said without need it costs each app a full sync, and nothing else.',
      'What it means, and how to restore: docs/deploy-server.md.',
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
