import type { Command } from 'commander';

import { AppError } from '#shared/errors.ts';

import { newSecret, secretHash } from '../auth/one-time-secret.ts';
import { NAMELESS_ISSUER } from '../auth/platform/platform-tokens.ts';
import { apiKeysOf, insertApiKey, revokeApiKey, type ApiKeyRow } from '../storage/api-keys.ts';
import { agencyNamed } from './accounts.ts';
import type { AdminContext } from './command.ts';

type CreateOptions = { agency: string; name: string; issuer: string; makeAccounts?: true };

/** Keys by which an agency's platform drives its jobs. */
export function addApiKeyCommands(program: Command, { run }: AdminContext): void {
  program
    .command('create-api-key')
    .description("Let a platform drive an agency's jobs. The key is printed this once; the server keeps a hash of it")
    .requiredOption('--agency <name or id>')
    .requiredOption('--name <name>', 'what stands in the log for it')
    .option('--issuer <issuer>', "under which the platform's people are known here", NAMELESS_ISSUER)
    .option('--make-accounts', 'it may make accounts for clients, workers and employees who are not known yet')
    .action(async ({ agency: wanted, name: given, issuer, makeAccounts }: CreateOptions) =>
      run(async ({ db }) => {
        const name = given.trim();
        if (name === '' || name.length > 80) throw new AppError('bad-request', '--name takes 1 to 80 characters.');
        const secret = `trk_${newSecret().text}`;
        const made = await db.transact(async (tx) => {
          const { id: agencyId } = await agencyNamed(tx, wanted);
          return insertApiKey(tx, { agencyId, name, issuer, makesAccounts: makeAccounts === true, hash: secretHash(secret) });
        });
        return { json: { ...told(made), key: secret }, text: `Made the key "${name}". It is shown this once:\n${secret}` };
      }),
    );

  program
    .command('list-api-keys')
    .description('The keys of an agency, revoked ones too')
    .requiredOption('--agency <name or id>')
    .action(async ({ agency }: { agency: string }) =>
      run(async ({ db }) => {
        const keys = await db.read(async (reader) => apiKeysOf(reader, (await agencyNamed(reader, agency)).id));
        const lines = keys.map((key) => {
          const state = key.revokedAt
            ? `revoked ${day(key.revokedAt)}`
            : key.lastUsedAt
              ? `used ${day(key.lastUsedAt)}`
              : 'never used';
          return `${key.id}  ${key.name}  made ${day(key.createdAt)}, ${state}`;
        });
        return { json: { keys: keys.map(told) }, text: lines.length > 0 ? lines.join('\n') : 'This agency has no keys.' };
      }),
    );

  program
    .command('revoke-api-key')
    .description('End a key at once')
    .requiredOption('--agency <name or id>')
    .requiredOption('--key <name or id>')
    .action(async ({ agency, key }: { agency: string; key: string }) =>
      run(async ({ db }) => {
        const revoked = await db.transact(async (tx) => revokeApiKey(tx, (await agencyNamed(tx, agency)).id, key));
        if (!revoked) throw new AppError('not-found', `This agency has no key "${key}" that is good.`);
        return { json: { key, revoked }, text: `Revoked the key "${key}".` };
      }),
    );
}

function told({ id, name, agencyId, issuer, makesAccounts, createdAt, lastUsedAt, revokedAt }: ApiKeyRow) {
  return { id, name, agency: agencyId, issuer, makesAccounts, createdAt, lastUsedAt, revokedAt };
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}
