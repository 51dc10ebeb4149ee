import { InvalidArgumentError, Option, type Command } from 'commander';

import { ROLES, type Role } from '#shared/roles.ts';

import { findAccounts, findConversations, listAgencies } from '../storage/listings.ts';
import { accountNamed, agencyNamed } from './accounts.ts';
import type { AdminContext } from './command.ts';

const MOST = 10_000;

type AccountOptions = { agency?: string; role?: Role; search?: string; limit: number };
type ConversationOptions = { agency?: string; account?: string; search?: string; limit: number };

/** What there is, with the ids that other commands take. */
export function addListCommands(program: Command, { run }: AdminContext): void {
  program
    .command('list-agencies')
    .description('All agencies, newest first: id, name, how many people and conversations, how long messages are kept')
    .action(async () =>
      run(async ({ db }) => {
        const agencies = await db.read(listAgencies);
        const lines = agencies.map(
          ({ id, name, people, conversations, keep }) =>
            `${id}  ${name}  ${people} people, ${conversations} conversations, keeps messages ${keep ?? 'forever'}`,
        );
        return {
          json: { agencies },
          text: lines.length > 0 ? lines.join('\n') : 'There are no agencies: make one with create-agency.',
        };
      }),
    );

  program
    .command('list-accounts')
    .description('Accounts, newest first: id, role, state, name and address')
    .option('--agency <name or id>', 'only its own people, and who takes part in its conversations')
    .addOption(new Option('--role <role>', 'only those').choices(ROLES))
    .option('--search <text>', 'only those whose name or e-mail address holds this')
    .option('--limit <number>', 'at most so many', atMost, 100)
    .action(async ({ agency: wanted, role, search, limit }: AccountOptions) =>
      run(async ({ db }) => {
        const accounts = await db.read(async (reader) => {
          const agency = wanted === undefined ? null : (await agencyNamed(reader, wanted)).id;
          return findAccounts(reader, { agency, role: role ?? null, search: search ?? null, limit });
        });
        const lines = accounts.map(
          (one) =>
            `${one.id}  ${one.role.padEnd(8)}  ${one.state.padEnd(8)}  ${one.name} <${one.email}>${one.agency === null ? '' : `  ${one.agency}`}`,
        );
        return { json: { accounts }, text: lines.length > 0 ? lines.join('\n') : 'There are none.' };
      }),
    );

  program
    .command('list-conversations')
    .description('Conversations, the last active first: number, id, job, who takes part, how many messages')
    .option('--agency <name or id>', 'only those of this agency')
    .option('--account <id or email>', 'only those in which this person takes or took part')
    .option('--search <text>', 'only those whose job title, or a name of who takes part, holds this')
    .option('--limit <number>', 'at most so many', atMost, 100)
    .action(async ({ agency: wanted, account: person, search, limit }: ConversationOptions) =>
      run(async ({ db }) => {
        const conversations = await db.read(async (reader) => {
          const agency = wanted === undefined ? null : (await agencyNamed(reader, wanted)).id;
          const account = person === undefined ? null : (await accountNamed(reader, person)).id;
          return findConversations(reader, { agency, account, search: search ?? null, limit });
        });
        const lines = conversations.map(
          ({ number, id, title, status, participants, messages }) =>
            `${number}  ${id}  ${title} (${status})  ${participants.join(', ')}  ${messages} messages`,
        );
        return { json: { conversations }, text: lines.length > 0 ? lines.join('\n') : 'There are none.' };
      }),
    );
}

function atMost(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) throw new InvalidArgumentError(`It takes 1 to ${MOST}.`);
  return limit;
}
