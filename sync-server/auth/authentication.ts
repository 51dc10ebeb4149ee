import { createHash, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

import type { SessionResponse } from '#shared/api/accounts.ts';
import { AppError } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';

import { findAccount, findCredentials, holdCredentials, type Credentials } from '../storage/accounts.ts';
import { askedTogether } from '../storage/asked.ts';
import type { Database, Transaction } from '../storage/database.ts';
import { openTokenSession } from '../storage/identities.ts';
import {
  createDevice,
  createSession,
  createTicket,
  findSessions,
  lockSession,
  redeemTicket,
  revokeSession,
  rotateSession,
  serverKey,
  touchSession,
  type Caller,
  type Device,
  type SessionKind,
} from '../storage/sessions.ts';
import { wasSetBackSince } from '../storage/timeline.ts';
import { isOwnToken, readAccessToken, writeAccessToken } from './access-tokens.ts';
import { isOriginAllowed } from './origins.ts';
import { passwordFits } from './passwords.ts';
import type { FindPlatformPerson } from './platform/platform-people.ts';
import {
  firstRefreshToken,
  nextRefreshToken,
  readRefreshToken,
  refreshHash,
  writeRefreshToken,
  type RefreshToken,
} from './refresh-tokens.ts';
import { requestToken } from './request-token.ts';

export type { Caller } from '../storage/sessions.ts';

/** What of a call or an upgrade says who makes it. */
export type Asking = { method?: string | undefined; headers: IncomingHttpHeaders };

export type Authentication = {
  /** @throws AppError sign-in-failed, account-disabled */
  signIn(request: { email: string; password: string; device: { name: string } }): Promise<SessionResponse>;
  /** A session in exchange for a platform's token. @throws AppError as `callerOf` */
  exchange(request: { platformToken: string; device: { name: string } }): Promise<SessionResponse>;
  /** A new session of an account that has shown by other means whose it is. */
  open(account: string, deviceName: string): Promise<SessionResponse>;
  /** @throws AppError sign-in-required, account-disabled, device-wiped */
  refresh(refreshToken: string): Promise<SessionResponse>;
  /**
   * Who makes this call or upgrade, as of now: the one place that says so, by header or cookie, by a token of ours or of a platform.
   * @throws AppError sign-in-required, account-disabled, device-wiped; forbidden (another site's page; nobody here), conflict, unavailable
   */
  callerOf(asking: Asking): Promise<Caller>;
  issueTicket(caller: Caller): Promise<{ ticket: string; expiresAt: string }>;
  /** Uses a ticket up. @throws AppError sign-in-required, account-disabled */
  redeem(ticket: string): Promise<Caller>;
};

export type AuthenticationOptions = {
  /** Other sites whose pages may act in the name of whoever looks at them. */
  allowedOrigins: readonly string[];
  /** `null`: no platform signs people in here. */
  platform: FindPlatformPerson | null;
};

const SIGN_IN_AGAIN = 'This sign-in has ended. What is on this machine is safe; sign in again to go on.';
const WRONG = 'The e-mail address or the password is wrong.';
const WIPED = 'This device was signed out from elsewhere, and what it keeps of this account is to be removed.';
const DISABLED = 'This account has been disabled. Ask your agency if you think that is wrong.';

const SESSIONS_AT_ONCE = 200;
/** How exactly it is kept when a session was last used by a token. */
const USED_MS = 60 * 60 * 1_000;
const READS = new Set(['GET', 'HEAD', undefined]);

export async function createAuthentication(
  db: Database,
  { allowedOrigins, platform }: AuthenticationOptions,
): Promise<Authentication> {
  const keys = await db.transact(async (tx) => {
    return { access: await serverKey(tx, 'access-token'), refresh: await serverKey(tx, 'refresh-token') };
  });

  const stateOf = askedTogether(
    (sessions: readonly string[]) => db.read((reader) => findSessions(reader, sessions)),
    SESSIONS_AT_ONCE,
  );

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

  async function callerIn(session: string): Promise<Caller> {
    const state = await stateOf(session);
    // Told apart from a session that ended: the client of a disabled account wipes itself.
    if (state?.standing === 'disabled') throw new AppError('account-disabled', DISABLED);
    // With the session, so that an app takes it for none but its own.
    if (state?.standing === 'wipe') throw new AppError('device-wiped', WIPED, { session });
    if (state?.standing !== 'open') throw new AppError('sign-in-required', SIGN_IN_AGAIN);
    return state.caller;
  }

  /** Platform tokens are used under one session of their account, which can be seen and ended as any other. */
  async function callerByToken(find: FindPlatformPerson, token: string): Promise<Caller> {
    const { account, session, issuedAt, expiresAt } = await find(token);
    const id = session?.id ?? (await db.transact((tx) => openTokenSession(tx, account, issuedAt)));
    if (id === null) throw new AppError('sign-in-required', SIGN_IN_AGAIN);
    if (session && session.usedAt.getTime() < Date.now() - USED_MS) await db.transact((tx) => touchSession(tx, id));
    return { ...(await callerIn(id)), until: expiresAt };
  }

  /** `holds`: whether what it was asked for with still counts, when nothing of it can change any more until the session is there. */
  async function begin(
    account: string,
    deviceName: string,
    via: SessionKind,
    holds: (held: Credentials) => boolean = () => true,
  ): Promise<SessionResponse> {
    const token = firstRefreshToken(newId());
    const device = await db.transact(async (tx) => {
      const held = await holdCredentials(tx, account);
      if (held.disabled) throw new AppError('account-disabled', DISABLED);
      if (!holds(held)) throw new AppError('sign-in-failed', WRONG);
      const made = await createDevice(tx, account, deviceName);
      await createSession(tx, { id: token.session, account, device: made.id, refreshHash: refreshHash(token), via });
      return made;
    });
    return answer(account, token.session, device, token);
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
    // The database was set back to before it was handed out: it was made here, and this is the first that comes of this session since.
    if (await wasSetBackSince(tx, token.session)) {
      await rotateSession(tx, token.session, { previous: hash, current: refreshHash(next) });
      return next;
    }
    return 'reused';
  }

  return {
    async signIn({ email, password, device: { name } }) {
      const found = await db.read((reader) => findCredentials(reader, email));
      if (!(await passwordFits(password, found?.passwordHash ?? null)) || !found) {
        throw new AppError('sign-in-failed', WRONG);
      }
      if (found.disabled) throw new AppError('account-disabled', DISABLED);
      return begin(found.id, name, 'password', (held) => held.passwordHash === found.passwordHash);
    },

    async exchange({ platformToken, device: { name } }) {
      if (!platform) throw new AppError('forbidden', 'No platform signs people in at this server.');
      const { account } = await platform(platformToken);
      return begin(account, name, 'platform');
    },

    open: (account, deviceName) => begin(account, deviceName, 'password'),

    async refresh(text) {
      const token = readRefreshToken(keys.refresh, text);
      if (!token) throw new AppError('sign-in-required', SIGN_IN_AGAIN);
      const caller = await callerIn(token.session);
      const next = await db.transact((tx) => rotate(tx, token));
      if (next === 'reused') {
        // One that was replaced long ago: it was copied, and nobody can tell by whom.
        await db.transact((tx) => revokeSession(tx, token.session, caller.account, 'reused'));
        throw new AppError('sign-in-required', SIGN_IN_AGAIN);
      }
      return answer(caller.account, token.session, caller.device, next);
    },

    async callerOf(asking) {
      const shown = requestToken(asking.headers);
      if (!shown) throw new AppError('sign-in-required', 'Sign in to go on.');
      if (shown.by === 'cookie' && !READS.has(asking.method) && !isOriginAllowed(asking, allowedOrigins)) {
        throw new AppError('forbidden', 'This page may not act for you here.');
      }
      if (platform && !isOwnToken(shown.token)) return callerByToken(platform, shown.token);
      return callerIn(await readAccessToken(keys.access, shown.token));
    },

    async issueTicket({ session, until }) {
      const ticket = randomBytes(32).toString('base64url');
      const expiresAt = new Date(Date.now() + LIMITS.ticketMs);
      await db.transact((tx) => createTicket(tx, { hash: ticketHash(ticket), session, expiresAt, until }));
      return { ticket, expiresAt: expiresAt.toISOString() };
    },

    async redeem(ticket) {
      const found = await db.transact((tx) => redeemTicket(tx, ticketHash(ticket)));
      if (!found) throw new AppError('sign-in-required', 'This ticket was used or has expired. Get another.');
      return { ...(await callerIn(found.session)), until: found.until };
    },
  };
}

function ticketHash(ticket: string): Buffer {
  return createHash('sha256').update(ticket).digest();
}
