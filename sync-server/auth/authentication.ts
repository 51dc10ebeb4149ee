import { createHash, randomBytes } from 'node:crypto';

import type { SessionResponse } from '#shared/api.ts';
import { AppError } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';

import { findAccount, findCredentials } from '../storage/accounts.ts';
import type { Database, Transaction } from '../storage/database.ts';
import {
  createDevice,
  createSession,
  createTicket,
  findSession,
  lockSession,
  redeemTicket,
  revokeSession,
  rotateSession,
  serverKey,
  type Caller,
  type Device,
} from '../storage/sessions.ts';
import { readAccessToken, writeAccessToken } from './access-tokens.ts';
import { passwordFits } from './passwords.ts';
import {
  firstRefreshToken,
  nextRefreshToken,
  readRefreshToken,
  refreshHash,
  writeRefreshToken,
  type RefreshToken,
} from './refresh-tokens.ts';

export type { Caller } from '../storage/sessions.ts';

export type Authentication = {
  /** @throws AppError sign-in-failed, account-disabled */
  signIn(request: { email: string; password: string; device: { name: string } }): Promise<SessionResponse>;
  /** @throws AppError sign-in-required, account-disabled */
  refresh(refreshToken: string): Promise<SessionResponse>;
  /** Who an access token speaks for, as of now. @throws AppError sign-in-required, account-disabled */
  authenticate(accessToken: string): Promise<Caller>;
  issueTicket(session: string): Promise<{ ticket: string; expiresAt: string }>;
  /** Uses a ticket up. @throws AppError sign-in-required, account-disabled */
  redeem(ticket: string): Promise<Caller>;
};

const SIGN_IN_AGAIN = 'This sign-in has ended. What is on this machine is safe; sign in again to go on.';
const DISABLED = 'This account has been disabled. Ask your agency if you think that is wrong.';

export async function createAuthentication(db: Database): Promise<Authentication> {
  const keys = await db.transact(async (tx) => {
    return { access: await serverKey(tx, 'access-token'), refresh: await serverKey(tx, 'refresh-token') };
  });

  async function answer(account: string, session: string, device: Device, token: RefreshToken): Promise<SessionResponse> {
    const known = await db.read((reader) => findAccount(reader, account));
    if (!known) throw new Error('a session has no account');
    const expiresAt = new Date(Date.now() + LIMITS.accessTokenMs);
    return {
      accessToken: await writeAccessToken(keys.access, { account, session, device: device.id }, expiresAt),
      refreshToken: writeRefreshToken(keys.refresh, token),
      expiresAt: expiresAt.toISOString(),
      account: known,
      device,
    };
  }

  async function callerOf(session: string): Promise<Caller> {
    const state = await db.read((reader) => findSession(reader, session));
    // Told apart from a session that ended: the client of a disabled account wipes itself.
    if (state?.disabled) throw new AppError('account-disabled', DISABLED);
    if (!state || state.ended) throw new AppError('sign-in-required', SIGN_IN_AGAIN);
    return state.caller;
  }

  async function rotate(tx: Transaction, token: RefreshToken): Promise<RefreshToken | 'reused'> {
    const hashes = await lockSession(tx, token.session);
    if (!hashes) throw new AppError('sign-in-required', SIGN_IN_AGAIN);
    const hash = refreshHash(token);
    const next = nextRefreshToken(keys.refresh, token);
    if (hash.equals(hashes.current)) {
      await rotateSession(tx, token.session, { previous: hash, current: refreshHash(next) });
      return next;
    }
    // Its successor was never used: the answer was lost, or two asked at once. Both get the same one.
    if (hashes.previous && hash.equals(hashes.previous)) return next;
    return 'reused';
  }

  return {
    async signIn({ email, password, device: { name } }) {
      const found = await db.read((reader) => findCredentials(reader, email));
      if (!(await passwordFits(password, found?.passwordHash ?? null)) || !found) {
        throw new AppError('sign-in-failed', 'The e-mail address or the password is wrong.');
      }
      if (found.disabled) throw new AppError('account-disabled', DISABLED);
      const token = firstRefreshToken(newId());
      const device = await db.transact(async (tx) => {
        const made = await createDevice(tx, found.id, name);
        const session = { id: token.session, account: found.id, device: made.id, refreshHash: refreshHash(token) };
        await createSession(tx, session);
        return made;
      });
      return answer(found.id, token.session, device, token);
    },

    async refresh(text) {
      const token = readRefreshToken(keys.refresh, text);
      if (!token) throw new AppError('sign-in-required', SIGN_IN_AGAIN);
      const caller = await callerOf(token.session);
      const next = await db.transact((tx) => rotate(tx, token));
      if (next === 'reused') {
        // One that was replaced long ago: it was copied, and nobody can tell by whom.
        await db.transact((tx) => revokeSession(tx, token.session, caller.account));
        throw new AppError('sign-in-required', SIGN_IN_AGAIN);
      }
      return answer(caller.account, token.session, caller.device, next);
    },

    async authenticate(accessToken) {
      return callerOf(await readAccessToken(keys.access, accessToken));
    },

    async issueTicket(session) {
      const ticket = randomBytes(32).toString('base64url');
      const expiresAt = new Date(Date.now() + LIMITS.ticketMs);
      await db.transact((tx) => createTicket(tx, { hash: ticketHash(ticket), session, expiresAt }));
      return { ticket, expiresAt: expiresAt.toISOString() };
    },

    async redeem(ticket) {
      const session = await db.transact((tx) => redeemTicket(tx, ticketHash(ticket)));
      if (!session) throw new AppError('sign-in-required', 'This ticket was used or has expired. Get another.');
      return callerOf(session);
    },
  };
}

function ticketHash(ticket: string): Buffer {
  return createHash('sha256').update(ticket).digest();
}
