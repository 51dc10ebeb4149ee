import type { SessionResponse } from '#shared/api/accounts.ts';
import type { SessionView, SyncStatus } from '#shared/app-views.ts';
import { AppError } from '#shared/errors.ts';
import { LIMITS } from '#shared/limits.ts';
import type { PoliciesView } from '#shared/policies.ts';

import type { Platform } from './platform.ts';
import { allowSignIn, allowsSignIn } from './policies/guard.ts';
import { createBrowserSignIn } from './sign-in/browser-sign-in.ts';
import { putPerson } from './storage/conversations.ts';
import type { Store } from './storage/database.ts';
import { readSession, writeSession } from './storage/session.ts';
import { forgetWiped, noteWiped, noteWiping, readWiped, unsentMessages, type Wiped } from './storage/wiping.ts';
import {
  checkServerUrl,
  createApiClient,
  forgetRefreshToken,
  signIn,
  signInMethods,
  type ApiClient,
  type Credentials,
  type SessionEnd,
  type SignInMethods,
} from './sync/api-client.ts';
import { nextConnection, signedOut, wipedAway } from './sync/connection.ts';
import type { EngineEvents } from './sync/engine-events.ts';
import type { Engine } from './sync/engine-shape.ts';
import { createEngine } from './sync/engine.ts';

/** Who is signed in, and the engine that runs for them. */
export type SessionKeeper = {
  engine(): Engine | null;
  api(): ApiClient | null;
  view(): SessionView | null;
  connection(): SyncStatus['connection'];
  /** Begins to sync if somebody is signed in. */
  start(): void;
  /** How people can sign in there, of what the organisation allows. */
  methods(server: string): Promise<SignInMethods>;
  signIn(server: string, way: SignInWay): Promise<SessionView>;
  /** Gives up waiting for the browser. */
  stopSignIn(): void;
  signOut(wipe: boolean): Promise<void>;
  stop(): void;
};

export type SignInWay = { by: 'password'; email: string; password: string } | { by: 'oidc' };

export function createSessionKeeper(deps: {
  platform: Platform;
  store: Store;
  events: Omit<EngineEvents, 'onFeed'>;
  /** How people may sign in. */
  policies: PoliciesView;
  /** The only server that may be talked to. */
  onlyServer: string | undefined;
  keepsSince: () => number;
  onSession: (session: SessionView | null) => void;
  onWipe: () => void;
}): SessionKeeper {
  const { platform, store } = deps;
  let engine: Engine | null = null;
  let api: ApiClient | null = null;
  let connection: SyncStatus['connection'] = { kind: 'connecting', since: platform.now() };

  const prepare = (server: string): Promise<void> => platform.prepare?.(server) ?? Promise.resolve();

  const browser = createBrowserSignIn({ openLink: (url) => platform.openLink(url), prepare, log: platform.log });

  const view = (): SessionView | null => {
    const session = readSession(store);
    if (!session?.signedIn) return null;
    const { account } = session;
    return {
      account: { id: account.id, name: account.name, role: account.role, email: account.email },
      agency: account.agency?.name ?? null,
      contactFilter: account.agency?.contactFilter ?? 'off',
      editWindowMs: account.agency?.editWindowMs ?? LIMITS.editWindowMs,
      server: session.server,
    };
  };
  const setConnection = (next: SyncStatus['connection']): void => {
    connection = next;
    deps.events.onStatus();
  };
  const stop = (): void => {
    engine?.stop();
    engine = null;
    api = null;
  };
  const ended = (why: SessionEnd): void => {
    // From inside a call of the engine: it is stopped once that call is over.
    setImmediate(() => {
      if (!engine) return;
      stop();
      if (why === 'ended') setConnection(signedOut(why));
      else wipeEnded(why);
    });
  };
  /** The session's row goes behind the files: after a crash in between, the next start goes on from there. */
  const wipe = async (told: Wiped | null = null): Promise<void> => {
    deps.onWipe();
    store.wipe();
    if (told) noteWiped(store, told);
    await forgetRefreshToken(platform.secrets);
  };
  /** What waits to be sent goes too: the server would not take it. How much that was is said. */
  const wipeEnded = (why: Wiped['why']): void => {
    const wiped = readWiped(store, 'wiping') ?? { why, unsent: unsentMessages(store) };
    setConnection(wipedAway(wiped));
    try {
      noteWiping(store, wiped);
    } catch (error) {
      // A full disk: what is to go makes room, and who is asked again at the next start says the same.
      platform.log.error('wipe-not-noted', { error: String(error) });
    }
    const wiping = wipe(wiped);
    // The rows are gone by now; when the disk didn't let them, the page still shows who is signed in, and the next start tries again.
    deps.onSession(view());
    wiping.then(
      () => platform.log.info('account-wiped', { ...wiped }),
      (error: unknown) => platform.log.error('wipe-failed', { error: String(error) }),
    );
  };

  const credentialsFor = async (server: string, way: SignInWay): Promise<Credentials> => {
    const { password, oidc } = await signInMethods(server);
    if (way.by === 'oidc') {
      if (!oidc) throw new AppError('conflict', `${server} has no sign-in by the browser. Sign in with your password.`);
      const platformToken = await browser.ask(oidc);
      await prepare(server);
      return { platformToken };
    }
    if (!password) throw new AppError('conflict', `${server} takes no passwords from this app. Sign in by your browser.`);
    return { email: way.email, password: way.password };
  };

  const run = (fresh: SessionResponse | null): void => {
    stop();
    const session = readSession(store);
    if (!session?.signedIn) return;
    if (deps.onlyServer !== undefined && session.server !== deps.onlyServer) {
      platform.log.warn('server-not-allowed');
      setConnection(signedOut('ended'));
      return;
    }
    setConnection({ kind: 'connecting', since: platform.now() });
    api = createApiClient({
      server: session.server,
      secrets: platform.secrets,
      now: platform.now,
      session: fresh,
      onEnd: ended,
      prepare,
    });
    engine = createEngine({
      store,
      api,
      random: platform.random,
      now: platform.now,
      keepsSince: deps.keepsSince,
      log: platform.log,
      events: { ...deps.events, onFeed: (state) => setConnection(nextConnection(connection, state, platform.now())) },
    });
  };

  return {
    engine: () => engine,
    api: () => api,
    view,
    connection: () => connection,
    start() {
      const wiping = readWiped(store, 'wiping');
      const wiped = readWiped(store, 'wiped');
      if (wiping) return wipeEnded(wiping.why);
      if (!wiped || readSession(store)) return run(null);
      connection = wipedAway(wiped);
      // Had it crashed just before that.
      forgetRefreshToken(platform.secrets).catch((error: unknown) => platform.log.error('wipe-failed', { error: String(error) }));
    },
    async methods(typed) {
      const server = checkServerUrl(typed);
      await prepare(server);
      const { password, oidc } = await signInMethods(server);
      return {
        password: password && allowsSignIn(deps.policies, 'password'),
        oidc: allowsSignIn(deps.policies, 'oidc') ? oidc : null,
      };
    },
    stopSignIn: () => browser.stop(),
    async signIn(typed, way) {
      allowSignIn(deps.policies, way.by);
      const server = checkServerUrl(typed);
      const before = readSession(store);
      if (before && deps.onlyServer !== undefined && before.server !== deps.onlyServer) {
        throw new AppError(
          'conflict',
          `Your organisation has set this app to ${deps.onlyServer}. What ${before.account.name} has on this computer is from ${before.server} and is still here: sign out and wipe it, then sign in.`,
        );
      }
      await prepare(server);
      const credentials = await credentialsFor(server, way);
      const device = { name: platform.deviceName };
      const fresh = await signIn(server, { ...credentials, device }, platform.secrets).catch((error: unknown) => {
        // Said only to who knows the password: it is this account's own answer, though its session had ended before.
        const own =
          before?.server === server &&
          way.by === 'password' &&
          before.account.email.toLowerCase() === way.email.trim().toLowerCase();
        if (own && error instanceof AppError && error.code === 'account-disabled') {
          stop();
          wipeEnded('account-disabled');
        }
        throw error;
      });
      if (before && (before.account.id !== fresh.account.id || before.server !== server)) {
        const token = createApiClient({
          server,
          secrets: platform.secrets,
          now: platform.now,
          session: fresh,
          onEnd: () => undefined,
          prepare,
        });
        await token.signOut().catch(() => platform.log.warn('sign-out-not-told'));
        await forgetRefreshToken(platform.secrets);
        stop();
        setConnection(signedOut('ended'));
        throw new AppError(
          'conflict',
          `What ${before.account.name} has on this computer is still here. Sign in as ${before.account.email}, or sign out and wipe it first.`,
        );
      }
      stop();
      const { account, device: leased } = fresh;
      store.transact(() => {
        writeSession(store, {
          server,
          account,
          device: leased.id,
          clientId: leased.clientId,
          signedIn: true,
          feedCursor: before?.feedCursor ?? null,
          listNext: before?.listNext ?? null,
          listDone: before?.listDone ?? false,
          firstSyncDone: before?.firstSyncDone ?? false,
          notifyAfter: before?.notifyAfter ?? 0,
          lastSyncedAt: before?.lastSyncedAt ?? null,
        });
        putPerson(store, account.id, account.name, account.role);
        forgetWiped(store);
      });
      run(fresh);
      deps.onSession(view());
      return view()!;
    },
    async signOut(wipes) {
      const session = readSession(store);
      if (api && connection.kind === 'online') await api.signOut().catch(() => platform.log.warn('sign-out-not-told'));
      stop();
      await forgetRefreshToken(platform.secrets);
      if (wipes) {
        await wipe();
      } else if (session) {
        store.transact(() => writeSession(store, { ...session, signedIn: false }));
      }
      connection = { kind: 'connecting', since: platform.now() };
      deps.onSession(null);
    },
    stop,
  };
}
