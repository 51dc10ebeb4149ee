import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Account } from '#shared/api/accounts.ts';
import type { Invitation } from '#shared/api/people.ts';

import { accept } from '../auth/invitations.ts';
import { finishReset } from '../auth/password-changes.ts';
import { passwordFits } from '../auth/passwords.ts';
import { findCredentials } from '../storage/accounts.ts';
import { findIdentity } from '../storage/identities.ts';
import { putImported } from '../storage/imported.ts';
import { postgresInFile } from '../testing/in-file.ts';
import { runAdmin } from '../testing/run-admin.ts';
import { PASSWORD, type TestDatabase, type TestPostgres } from '../testing/test-server.ts';
import { signIn } from '../testing/world.ts';

const NEXT = 'another horse, another staple';

let postgres: TestPostgres;
let database: TestDatabase;
let staff: Account;

postgresInFile((started) => void (postgres = started));
beforeEach(async () => {
  database = await postgres.database();
  staff = await database.fixture.account('staff', { agency: await database.fixture.agency('Acme') });
});
afterEach(() => database.close());

const admin = (...args: string[]) =>
  runAdmin({ DATABASE_URL: database.url, DATA_DIR: `${postgres.dataDir}/admin`, PUBLIC_URL: 'https://chat.example/' }, args);

async function json<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await admin(...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as T;
}

const linkImported = () => json<{ linked: number; left: string[] }>('link-imported', '--platform', 'market');

async function signsIn(password: string): Promise<boolean> {
  const found = await database.db.read((db) => findCredentials(db, staff.email));
  return passwordFits(password, found!.passwordHash);
}

async function openSessions(): Promise<number> {
  const rows = await database.db.read((db) => db.rows('SELECT id FROM sessions WHERE revoked_at IS NULL'));
  return rows.length;
}

describe('reset-password', () => {
  test('[SERVER-8] ends password and sessions, and prints a link that sets another', async () => {
    await signIn(database.db, staff);
    const reset = await json<{ token: string; link: string; account: string }>('reset-password', '--account', staff.email);
    expect(reset).toMatchObject({ account: staff.id, link: `https://chat.example/account#reset=${reset.token}` });
    expect([await signsIn(PASSWORD), await openSessions()]).toEqual([false, 0]);
    await finishReset(database.db, reset.token, NEXT);
    expect(await signsIn(NEXT)).toBe(true);
  });

  test('[SERVER-8] sets a given one, which has to be one', async () => {
    await signIn(database.db, staff);
    const weak = await admin('reset-password', '--account', staff.id, '--password', 'short');
    expect([weak.code, weak.stdout]).toEqual([2, '']);
    expect([await signsIn(PASSWORD), await openSessions()]).toEqual([true, 1]);
    await json('reset-password', '--account', staff.id, '--password', NEXT);
    expect([await signsIn(NEXT), await openSessions()]).toEqual([true, 0]);
  });
});

test('[SERVER-8] invite prints a link, invitations lists and withdraws them', async () => {
  const invite = (email: string) =>
    json<Invitation & { token: string; link: string }>('invite', '--agency', 'Acme', '--role', 'owner', '--email', email);
  const [first, second] = [await invite('olga@example.com'), await invite('otto@example.com')];
  expect(first.link).toBe(`https://chat.example/account#invitation=${first.token}`);
  const account = await accept(database.db, { token: first.token, password: NEXT, name: 'Olga' });
  expect(account).toMatchObject({ name: 'Olga', role: 'owner', email: 'olga@example.com', agency: { name: 'Acme' } });
  const listed = await json<{ invitations: Invitation[] }>('invitations', '--agency', 'Acme', '--revoke', second.id);
  expect(listed.invitations.map(({ email, state }) => [email, state])).toEqual([
    ['otto@example.com', 'revoked'],
    ['olga@example.com', 'accepted'],
  ]);
  for (const id of [second.id, 'no id']) {
    const again = await admin('invitations', '--agency', 'Acme', '--revoke', id);
    expect([again.code, again.stdout, again.stderr]).toEqual([1, '', `admin: There is no invitation ${id} that is open.\n`]);
  }
  expect((await admin('invite', '--agency', 'Acme', '--role', 'client', '--email', 'a@example.com')).code).toBe(2);
  expect((await admin('invite', '--agency', 'Acme', '--role', 'staff', '--email', staff.email)).code).toBe(1);
});

test('[SERVER-7] link-account says who somebody is for the platform, once', async () => {
  const link = ['link-account', '--account', staff.email, '--subject', '77', '--issuer', 'https://id.example'];
  await json(...link);
  const known = await database.db.read((db) => findIdentity(db, { issuer: 'https://id.example', subject: '77' }));
  expect(known).toMatchObject({ account: staff.id, disabled: false });
  expect((await admin(...link)).code).toBe(1);
});

test('[SERVER-7] link-imported links what an import made and nobody has used, once', async () => {
  const { fixture, db } = database;
  const [fresh, used] = [await fixture.account('client'), await fixture.account('client')];
  await db.transact(async (tx) => {
    await tx.rows('UPDATE accounts SET password_hash = NULL WHERE id = $1', [fresh.id]);
    await putImported(tx, 'market', [
      { kind: 'account', id: 12, ours: fresh.id },
      { kind: 'account', id: 13, ours: used.id },
      { kind: 'employee', id: 14, ours: staff.id },
    ]);
  });
  expect(await linkImported()).toEqual({ linked: 1, left: [used.email] });
  expect(await linkImported()).toEqual({ linked: 0, left: [used.email] });
  const known = (subject: string) => db.read((reader) => findIdentity(reader, { issuer: 'platform', subject }));
  expect([(await known('12'))?.account, await known('13'), await known('14')]).toEqual([fresh.id, null, null]);
});

test('[SERVER-8] enable-account lets in again who was shut out', async () => {
  await json('disable-account', '--account', staff.email);
  expect((await database.db.read((db) => findCredentials(db, staff.email)))?.disabled).toBe(true);
  await json('enable-account', '--account', staff.email);
  expect((await database.db.read((db) => findCredentials(db, staff.email)))?.disabled).toBe(false);
});
