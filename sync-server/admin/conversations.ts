import { Option, type Command } from 'commander';

import { JOB_STATUSES, LOCK_REASONS, type JobStatus, type LockReason } from '#shared/documents.ts';
import { AppError } from '#shared/errors.ts';
import type { Role } from '#shared/roles.ts';

import { createConversation, findConversation, numberOf, removeParticipant, setLock } from '../storage/change-conversation.ts';
import type { Reader } from '../storage/database.ts';
import { accountNamed, agencyNamed } from './accounts.ts';
import type { AdminContext } from './command.ts';

type CreateOptions = {
  agency: string;
  jobTitle: string;
  client: string[];
  worker: string[];
  employee: string[];
  status: JobStatus;
  location?: string;
};

export function addConversationCommands(program: Command, { run }: AdminContext): void {
  program
    .command('create-conversation')
    .description('Make a job with its conversation')
    .requiredOption('--agency <name or id>')
    .requiredOption('--job-title <title>')
    .requiredOption('--client <id or email...>', 'one or more')
    .option('--worker <id or email...>', 'any number', [])
    .option('--employee <id or email...>', 'employees of the agency who take part', [])
    .addOption(new Option('--status <status>').choices(JOB_STATUSES).default('open'))
    .option('--location <place>')
    .action(async (options: CreateOptions) =>
      run(async ({ db }) => {
        const made = await db.transact(async (tx) => {
          const agency = await agencyNamed(tx, options.agency);
          const title = options.jobTitle.trim();
          if (title === '' || title.length > 200) throw new AppError('bad-request', '--job-title takes 1 to 200 characters.');
          const participants = [
            ...(await peopleNamed(tx, options.client, 'client', null)),
            ...(await peopleNamed(tx, options.worker, 'worker', null)),
            ...(await peopleNamed(tx, options.employee, 'employee', agency.id)),
          ];
          const job = { title, status: options.status, location: options.location ?? null, startsOn: null };
          const id = await createConversation(tx, { agencyId: agency.id, job, participants, by: null });
          return { id, number: await numberOf(tx, id), agency: agency.id, title, participants };
        });
        return { json: made, text: `Made the conversation ${made.number} "${made.title}" (${made.id}).` };
      }),
    );

  program
    .command('remove-participant')
    .description('Take somebody out of a conversation, staff too')
    .requiredOption('--conversation <id or number>')
    .requiredOption('--account <id or email>')
    .action(async (options: { conversation: string; account: string }) =>
      run(async ({ db }) => {
        const { conversation, account, changed } = await db.transact(async (tx) => {
          const conversation = await findConversation(tx, options.conversation);
          const account = await accountNamed(tx, options.account);
          return { conversation, account, changed: await removeParticipant(tx, { conversation, account: account.id, by: null }) };
        });
        return {
          json: { conversation, account: account.id, email: account.email, changed },
          text: changed ? `${account.email} no longer takes part.` : `${account.email} did not take part any more already.`,
        };
      }),
    );

  program
    .command('set-lock')
    .description('Close sending in a conversation, or open it again')
    .requiredOption('--conversation <id or number>')
    .addOption(new Option('--reason <reason>').choices(LOCK_REASONS).makeOptionMandatory())
    .addOption(new Option('--on').conflicts('off'))
    .addOption(new Option('--off'))
    .action(async (options: { conversation: string; reason: LockReason; on?: true; off?: true }, command: Command) => {
      if (!options.on && !options.off) command.error('error: say --on or --off');
      return run(async ({ db }) => {
        const on = options.on === true;
        const { reason } = options;
        const { conversation, changed } = await db.transact(async (tx) => {
          const conversation = await findConversation(tx, options.conversation);
          return { conversation, changed: await setLock(tx, { conversation, reason, on, by: null }) };
        });
        const state = on ? 'on' : 'off';
        return {
          json: { conversation, reason, on, changed },
          text: changed ? `The lock "${reason}" is ${state}.` : `The lock "${reason}" was ${state} already.`,
        };
      });
    });
}

async function peopleNamed(db: Reader, names: string[], role: Role, agencyId: string | null) {
  const people = new Map<string, { account: string; email: string; role: Role }>();
  for (const name of names) {
    const { id, email, ...account } = await accountNamed(db, name);
    if (account.role !== role || (account.agency?.id ?? null) !== agencyId) {
      throw new AppError('bad-request', `${email} is no ${role}${agencyId === null ? '' : ' of this agency'}.`);
    }
    people.set(id, { account: id, email, role });
  }
  return [...people.values()];
}
