import { join } from 'node:path';

import { expect, test } from 'vitest';

import { postgresInFile } from '../testing/in-file.ts';
import { runAdmin } from '../testing/run-admin.ts';
import type { TestPostgres } from '../testing/test-server.ts';
import { REFERENCE } from './reference.ts';

let postgres: TestPostgres;
postgresInFile((started) => void (postgres = started));

test('[SERVER-5] with --json every command prints one object of the fields that its help names', async () => {
  const database = await postgres.database();
  const dataDir = join(postgres.dataDir, 'json');
  const tried = new Set<string>();
  const wrong: unknown[] = [];

  async function run(...words: string[]): Promise<Record<string, unknown>> {
    const env = { DATABASE_URL: database.url, DATA_DIR: dataDir };
    const { code, stdout, stderr } = await runAdmin(env, [...words, '--json']);
    expect([words, code, stdout === '' ? stderr : '']).toEqual([words, 0, '']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    const json = JSON.parse(stdout) as Record<string, unknown>;
    const told = Object.keys(REFERENCE[words[0]!]!.json);
    const known = new Set(told.map((field) => field.replace('?', '')));
    const missing = told.filter((field) => !field.endsWith('?') && !(field in json));
    const untold = Object.keys(json).filter((field) => !known.has(field));
    if (missing.length > 0 || untold.length > 0) wrong.push([words, { missing, untold }]);
    tried.add(words[0]!);
    return json;
  }

  const agency = ['--agency', 'Acme'];
  await run('create-agency', '--name', 'Acme');
  await run('list-agencies');
  const rosa = await run('create-account', '--role', 'client', '--name', 'Rosa', '--email', 'rosa@example.com');
  await run('create-account', ...agency, '--role', 'staff', '--name', 'Liza', '--email', 'liza@example.com');
  await run('create-account', '--role', 'worker', '--name', 'Joel', '--email', 'joel@example.com');
  await run('list-accounts', ...agency);
  const invitation = await run('invite-staff', ...agency, '--email', 'new@example.com', '--role', 'staff');
  await run('invitations', ...agency, '--revoke', String(invitation['id']));
  await run('disable-account', '--account', 'liza@example.com');
  await run('enable-account', '--account', 'liza@example.com');
  await run('reset-password', '--account', 'liza@example.com');
  await run('reset-password', '--account', 'liza@example.com', '--password', 'correct horse battery');
  await run('list-sessions', '--account', 'liza@example.com');
  await run('revoke-session', '--account', 'liza@example.com', '--session', 'all');
  await run('link-account', '--account', 'joel@example.com', '--subject', '4711');
  await run('link-imported');
  await run('set-contact-filter', ...agency, '--mode', 'warn');
  await run('set-start-rules', ...agency, '--time-zone', 'Asia/Manila');
  const people = ['--client', 'rosa@example.com', '--worker', 'joel@example.com'];
  const conversation = await run('create-conversation', ...agency, '--job-title', 'Fix the sink', ...people);
  const which = ['--conversation', String(conversation['number'])];
  await run('list-conversations', ...agency, '--search', 'rosa');
  await run('set-lock', ...which, '--reason', 'closed', '--on');
  await run('remove-participant', ...which, '--account', 'joel@example.com');
  for (const format of ['json', 'pdf']) {
    await run('export-conversation', ...which, '--format', format, '--out', join(postgres.dataDir, `out.${format}`));
  }
  await run('create-api-key', ...agency, '--name', 'Site');
  await run('list-api-keys', ...agency);
  await run('revoke-api-key', ...agency, '--key', 'Site');
  const webhook = await run('add-webhook', ...agency, '--url', 'https://push.example.com/');
  await run('list-webhooks', ...agency);
  await run('webhook-failures', ...agency);
  await run('webhook-failures', ...agency, '--replay', 'all');
  await run('remove-webhook', ...agency, '--webhook', String(webhook['id']));
  await run('retention', ...agency);
  await run('retention', ...agency, '--keep', '24mo');
  await run('retention', ...agency, '--older-than', '90d', '--dry-run');
  await run('retention', ...agency, '--older-than', '90d');
  await run('erase-person', '--account', String(rosa['id']), '--dry-run');
  await run('erase-person', '--account', String(rosa['id']), '--yes');
  await run('import-conversations', join(postgres.dataDir, 'out.json'), '--agency', 'Copy');
  await run('check');
  await run('rebuild', '--all');
  await run('restored');
  await run('seed-demo');
  expect(wrong).toEqual([]);
  // Its report has a test of its own.
  expect(Object.keys(REFERENCE).filter((name) => !tried.has(name))).toEqual(['import-platform']);
  await database.close();
});
