import { Option, type Command } from 'commander';

import { AppError } from '#shared/errors.ts';
import { ROLES, type Role } from '#shared/roles.ts';

import { hashPassword } from '../auth/passwords.ts';
import { createAccount, createAgency, disableAccount, findAccount, findAgency, type Agency } from '../storage/accounts.ts';
import type { Reader } from '../storage/database.ts';
import type { AdminContext } from './command.ts';

export function addAccountCommands(program: Command, { run }: AdminContext): void {
  program
    .command('create-agency')
    .description('Make an agency')
    .requiredOption('--name <name>', 'its name, which no other agency has')
    .action(async ({ name }: { name: string }) =>
      run(async ({ db }) => {
        const agency = await db.transact((tx) => createAgency(tx, required('--name', name)));
        return { json: agency, text: `Made the agency "${agency.name}" (${agency.id}).` };
      }),
    );

  program
    .command('create-account')
    .description('Make an account')
    .option('--agency <name or id>', 'needed for owner, staff and employee; others belong to none')
    .addOption(new Option('--role <role>', 'what the account is').choices(ROLES).makeOptionMandatory())
    .requiredOption('--name <name>', 'as others see it')
    .requiredOption('--email <address>', 'to sign in with')
    .option('--password <password>', 'without one nobody can sign in to it')
    .action(async (options: { agency?: string; role: Role; name: string; email: string; password?: string }) =>
      run(async ({ db }) => {
        const { role } = options;
        const belongs = role !== 'client' && role !== 'worker';
        if (belongs && options.agency === undefined)
          throw new AppError('bad-request', `An account of the role ${role} needs --agency.`);
        const email = required('--email', options.email);
        if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new AppError('bad-request', `"${email}" is no e-mail address.`);
        const passwordHash = options.password === undefined ? null : await hashPassword(required('--password', options.password));
        const account = await db.transact(async (tx) => {
          const agency = belongs ? await agencyNamed(tx, options.agency!) : null;
          const name = required('--name', options.name);
          return createAccount(tx, { agencyId: agency?.id ?? null, role, name, email, passwordHash });
        });
        return { json: account, text: `Made the account ${account.email} (${account.role}, ${account.id}).` };
      }),
    );

  program
    .command('disable-account')
    .description('Shut an account out at once; what it wrote stays')
    .requiredOption('--account <id or email>')
    .action(async ({ account: wanted }: { account: string }) =>
      run(async ({ db }) => {
        const account = await db.transact(async (tx) => {
          const found = await accountNamed(tx, wanted);
          await disableAccount(tx, found.id);
          return found;
        });
        return { json: { id: account.id, email: account.email, disabled: true }, text: `Disabled ${account.email}.` };
      }),
    );
}

function required(option: string, value: string): string {
  const trimmed = value.trim();
  if (trimmed === '') throw new AppError('bad-request', `${option} is empty.`);
  return trimmed;
}

export async function agencyNamed(db: Reader, nameOrId: string): Promise<Agency> {
  const agency = await findAgency(db, nameOrId);
  if (!agency) throw new AppError('not-found', `There is no agency "${nameOrId}".`);
  return agency;
}

export async function accountNamed(db: Reader, idOrEmail: string) {
  const account = await findAccount(db, idOrEmail);
  if (!account) throw new AppError('not-found', `There is no account "${idOrEmail}".`);
  return account;
}
