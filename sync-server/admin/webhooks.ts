import type { Command } from 'commander';

import { AppError } from '#shared/errors.ts';
import { UUID } from '#shared/ids.ts';
import { webhookRequest } from '#shared/notifications.ts';

import { newSecret } from '../auth/one-time-secret.ts';
import { checkWebhookUrl } from '../notifications/notifications-config.ts';
import { failuresOf, insertWebhook, removeWebhook, replayFailures, toldWebhook, webhooksOf } from '../storage/webhooks.ts';
import { agencyNamed } from './accounts.ts';
import type { AdminContext } from './command.ts';

type AddOptions = { agency: string; url: string; events?: string; withText?: true };

/** `trustedAddresses`: where webhooks may lead besides the internet, as the server has it. */
export function addWebhookCommands(program: Command, { run }: AdminContext, trustedAddresses: () => readonly string[]): void {
  program
    .command('add-webhook')
    .description('Tell a push or mail service of notifications of who is away. Its secret is printed this once')
    .requiredOption('--agency <name or id>')
    .requiredOption('--url <https address>')
    .option('--events <kinds>', 'with commas: NEW_MESSAGE, MENTION, ASSIGNED, JOB_EVENT, MENTION_UNREACHABLE; without it, all')
    .option('--with-text', 'the first 100 characters of messages go along')
    .action(async ({ agency: wanted, url: given, events: kinds, withText }: AddOptions) =>
      run(async ({ db }) => {
        const asked = { url: given, withText: withText === true, ...(kinds === undefined ? {} : { events: kinds.split(',') }) };
        const read = webhookRequest.safeParse(asked);
        if (!read.success)
          throw new AppError('bad-request', `--${read.error.issues[0]!.path[0]!.toString()} is not as it should be.`);
        const { events } = read.data;
        const url = checkWebhookUrl(given, trustedAddresses());
        const secret = `whs_${newSecret().text}`;
        const made = await db.transact(async (tx) => {
          const { id: agencyId } = await agencyNamed(tx, wanted);
          return insertWebhook(tx, { agencyId, url, secret, events, withText: withText === true });
        });
        return {
          json: { ...toldWebhook(made), secret },
          text: `Made the webhook ${made.id}. Its secret is shown this once:\n${secret}`,
        };
      }),
    );

  program
    .command('list-webhooks')
    .description('The webhooks of an agency')
    .requiredOption('--agency <name or id>')
    .action(async ({ agency }: { agency: string }) =>
      run(async ({ db }) => {
        const rows = await db.read(async (reader) => webhooksOf(reader, [(await agencyNamed(reader, agency)).id]));
        const lines = rows.map(
          ({ id, url, events, withText }) => `${id}  ${url}  ${events.join(',')}${withText ? '  with text' : ''}`,
        );
        return {
          json: { webhooks: rows.map(toldWebhook) },
          text: lines.length > 0 ? lines.join('\n') : 'This agency has no webhooks.',
        };
      }),
    );

  program
    .command('remove-webhook')
    .description('End a webhook at once; what waits for it is not delivered')
    .requiredOption('--agency <name or id>')
    .requiredOption('--webhook <id>')
    .action(async ({ agency, webhook }: { agency: string; webhook: string }) =>
      run(async ({ db }) => {
        const removed =
          UUID.test(webhook) && (await db.transact(async (tx) => removeWebhook(tx, (await agencyNamed(tx, agency)).id, webhook)));
        if (!removed) throw new AppError('not-found', `This agency has no webhook ${webhook}.`);
        return { json: { id: webhook, removed }, text: `Removed the webhook ${webhook}.` };
      }),
    );

  program
    .command('webhook-failures')
    .description('What a webhook did not take at any try')
    .requiredOption('--agency <name or id>')
    .option('--replay <id or all>', 'try again')
    .action(async ({ agency, replay }: { agency: string; replay?: string }) =>
      run(async ({ db }) => {
        const { id: agencyId } = await db.read((reader) => agencyNamed(reader, agency));
        if (replay !== undefined) {
          if (replay !== 'all' && !UUID.test(replay)) throw new AppError('bad-request', '--replay takes an id, or all.');
          const replayed = await db.transact((tx) => replayFailures(tx, agencyId, replay === 'all' ? null : replay));
          if (replayed === 0 && replay !== 'all') throw new AppError('not-found', `There is no failure ${replay}.`);
          return { json: { replayed }, text: `${replayed} will be tried again.` };
        }
        const failures = await db.read((reader) => failuresOf(reader, agencyId));
        const lines = failures.map(
          ({ id, url, kind, attempts, error, failedAt }) =>
            `${id}  ${failedAt}  ${kind}  ${url}  ${attempts} tries, the last: ${error ?? 'unknown'}`,
        );
        return { json: { failures }, text: lines.length > 0 ? lines.join('\n') : 'Nothing failed.' };
      }),
    );
}
