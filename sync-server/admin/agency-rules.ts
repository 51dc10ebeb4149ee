import { Option, type Command } from 'commander';

import { CONTACT_FILTERS, type ContactFilter } from '#shared/contact-details.ts';
import { AppError } from '#shared/errors.ts';

import { setContactFilter, setStartRules } from '../storage/agency-rules.ts';
import { agencyNamed } from './accounts.ts';
import type { AdminContext } from './command.ts';

type StartOptions = { agency: string; timeZone?: string; lockBeforeStart?: 'on' | 'off' };

/** What holds in an agency's conversations. */
export function addAgencyRuleCommands(program: Command, { run }: AdminContext): void {
  program
    .command('set-contact-filter')
    .description(
      'What is done about e-mail addresses and phone numbers in messages to everybody: nothing, a warning, or a refusal',
    )
    .requiredOption('--agency <name or id>')
    .addOption(new Option('--mode <mode>').choices(CONTACT_FILTERS).makeOptionMandatory())
    .action(async ({ agency: wanted, mode }: { agency: string; mode: ContactFilter }) =>
      run(async ({ db }) => {
        const { agency, changed } = await db.transact(async (tx) => {
          const agency = await agencyNamed(tx, wanted);
          return { agency, changed: await setContactFilter(tx, agency.id, mode) };
        });
        return {
          json: { agency: agency.id, mode, changed },
          text: `The contact filter of ${agency.name} is ${changed ? '' : 'already '}"${mode}".`,
        };
      }),
    );

  program
    .command('set-start-rules')
    .description('Where the agency does business, and whether sending is closed until the start date of a job')
    .requiredOption('--agency <name or id>')
    .option('--time-zone <zone>', 'such as Asia/Manila: the start date is a day there')
    .addOption(
      new Option('--lock-before-start <on or off>', 'of jobs that are made or changed from now on').choices(['on', 'off']),
    )
    .action(async ({ agency: wanted, timeZone, lockBeforeStart }: StartOptions) =>
      run(async ({ db }) => {
        if (timeZone !== undefined && !isTimeZone(timeZone)) throw new AppError('bad-request', `"${timeZone}" is no time zone.`);
        const rules = await db.transact(async (tx) => {
          const { id } = await agencyNamed(tx, wanted);
          return setStartRules(tx, id, {
            ...(timeZone === undefined ? {} : { timeZone }),
            ...(lockBeforeStart === undefined ? {} : { lockBeforeStart: lockBeforeStart === 'on' }),
          });
        });
        const waits = rules.lockBeforeStart ? 'Sending waits for the start date' : 'Sending does not wait for the start date';
        return { json: rules, text: `${waits}, which is a day in ${rules.timeZone}.` };
      }),
    );
}

/** By a name that Postgres knows as well: not by an offset or an abbreviation. */
function isTimeZone(name: string): boolean {
  return name === 'UTC' || Intl.supportedValuesOf('timeZone').includes(name);
}
