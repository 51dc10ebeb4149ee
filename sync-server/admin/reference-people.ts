import type { CommandReference } from './reference-shape.ts';

const AGENCY = { agency: 'id of the agency' };
const ACCOUNT = { id: 'id of the account', email: 'its address' };

/** Agencies, their rules and people. */
export const PEOPLE: Readonly<Record<string, CommandReference>> = {
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
      agency: '{id, number, name, contactFilter, editWindowMs}; null for clients and workers',
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
      'revoke-session --account liza@example.com --session all --wipe',
    ],
    json: { revoked: 'how many ended' },
    notes: [
      'Open apps are closed within a second, and ask to sign in again. The password stays: call reset-password where it may be known.',
      'With --wipe the app there also removes what it keeps of this account, messages that were not sent too: at once, or when it is next connected. It reaches sessions that a new password has ended as well. Who signed out by themselves isn’t reached.',
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
};
