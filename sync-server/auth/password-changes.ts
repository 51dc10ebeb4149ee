import { AppError } from '#shared/errors.ts';

import {
  createReset,
  findReset,
  passwordOwner,
  replacePassword,
  setPassword,
  takeReset,
  type PasswordOwner,
} from '../storage/credentials.ts';
import type { Database } from '../storage/database.ts';
import { endSessions, type Caller } from '../storage/sessions.ts';
import { newSecret, secretHash } from './one-time-secret.ts';
import { checkPassword } from './password-rules.ts';
import { hashPassword, passwordFits } from './passwords.ts';

const RESET_MS = 60 * 60 * 1_000;

/** By its owner, who stays signed in here and nowhere else. @throws AppError sign-in-failed, bad-request, conflict */
export async function changePassword(db: Database, caller: Caller, { current, next }: { current: string; next: string }) {
  const owner = await ownerOf(db, caller.account);
  if (owner.passwordHash === null) {
    throw new AppError('conflict', 'This account has no password. Ask who runs the server for a link with which you set one.');
  }
  if (!(await passwordFits(current, owner.passwordHash))) {
    throw new AppError('sign-in-failed', 'The present password is wrong. Nothing was changed.');
  }
  checkPassword(next, owner);
  const hash = await hashPassword(next);
  await db.transact(async (tx) => {
    if (!(await replacePassword(tx, owner, hash))) {
      throw new AppError('conflict', 'The password was changed somewhere else just now. Nothing was changed here.');
    }
    await endSessions(tx, caller.account, 'password', caller.session);
  });
}

/** A secret with which a new password can be set within an hour, once. The old one and all sessions end at once. */
export async function startReset(db: Database, account: string): Promise<{ secret: string; expiresAt: Date }> {
  const { text, hash } = newSecret();
  const expiresAt = new Date(Date.now() + RESET_MS);
  await db.transact(async (tx) => {
    await setPassword(tx, account, null);
    await endSessions(tx, account, 'password');
    await createReset(tx, { hash, account, expiresAt });
  });
  return { secret: text, expiresAt };
}

/** @throws AppError not-found for a secret that is none (any more), bad-request, account-disabled */
export async function finishReset(db: Database, secret: string, password: string): Promise<void> {
  const hash = secretHash(secret);
  const account = await db.read((reader) => findReset(reader, hash));
  if (account === null) throw linkEnded();
  const owner = await ownerOf(db, account);
  if (owner.disabled)
    throw new AppError('account-disabled', 'This account has been disabled. Ask your agency if you think that is wrong.');
  checkPassword(password, owner);
  const passwordHash = await hashPassword(password);
  await db.transact(async (tx) => {
    if (!(await takeReset(tx, hash))) throw linkEnded();
    await setPassword(tx, account, passwordHash);
    await endSessions(tx, account, 'password');
  });
}

/** By who runs the server. All sessions end. @throws AppError bad-request */
export async function givePassword(db: Database, account: string, password: string): Promise<void> {
  checkPassword(password, await ownerOf(db, account));
  const hash = await hashPassword(password);
  await db.transact(async (tx) => {
    await setPassword(tx, account, hash);
    await endSessions(tx, account, 'password');
  });
}

/** The same for a link that never was one, that ended, that was used or withdrawn. */
export function linkEnded(): AppError {
  return new AppError('not-found', 'This link was used, withdrawn, or has expired. Ask for a new one.');
}

async function ownerOf(db: Database, account: string): Promise<PasswordOwner> {
  const owner = await db.read((reader) => passwordOwner(reader, account));
  if (!owner) throw new Error('there is no such account');
  return owner;
}
