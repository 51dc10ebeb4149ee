import type { z } from 'zod';

import {
  leaseResponse,
  sessionResponse,
  type SessionResponse,
  sessionList,
  type changePasswordRequest,
} from '#shared/api/accounts.ts';
import { errorBody, serverInfo, type OidcMethod } from '#shared/api/common.ts';
import { conversationList, conversationShape, historyPage, type Conversation } from '#shared/api/conversations.ts';
import { logBatchLine, type LogBatchLine } from '#shared/api/feed.ts';
import { peopleResponse } from '#shared/api/people.ts';
import { AppError } from '#shared/errors.ts';
import type { JobAction } from '#shared/job-states.ts';

import { networkFailure } from '../network/failure.ts';
import { createTransfer, type Transfer } from '../uploads/transfer.ts';
import { createAgencyClient, type AgencyClient } from './agency-client.ts';
import { sessionOf, trusted } from './trusted-answer.ts';

const REFRESH_TOKEN = 'refresh-token';
/** A token is renewed this long before it ends, so that no call meets its end on the way. */
const EARLY_MS = 30_000;
const CALL_MS = 20_000;

export type SessionEnd = 'ended' | 'account-disabled' | 'device-wiped';

/** Calls of one server under one account. Every method throws AppError; offline when the server could not be reached. */
export type ApiClient = {
  server: string;
  /** A token that is good now. */
  token(): Promise<string>;
  /** The token that was good last, for a socket that opens at once; call `token()` before. */
  currentToken(): string;
  /** The server refused a token: the next `token()` gets another. */
  distrustToken(): void;
  conversations(before: string | null, limit: number): Promise<z.infer<typeof conversationList>>;
  conversation(id: string): Promise<Conversation>;
  /** The name beside a message of this account, or `null` when it isn't there any more. */
  authorName(conversation: string, thread: string, seq: number, account: string): Promise<string | null>;
  people(): Promise<z.infer<typeof peopleResponse>['people']>;
  log(wanted: { document: string; after: number }[], onLine: (line: LogBatchLine) => Promise<void>): Promise<void>;
  tellReads(reads: { conversation: string; thread: string; seq: number }[]): Promise<void>;
  jobAction(conversation: string, action: JobAction): Promise<void>;
  newLease(): Promise<number>;
  file(id: string): Promise<Response>;
  /** Own files, in pieces. */
  transfer: Transfer;
  /** What may be sent; `null` when the server doesn't tell. */
  fileLimits(): Promise<{ mostBytes: number; types: string[] } | null>;
  sessions(): Promise<z.infer<typeof sessionList>['sessions']>;
  /** The people of one's agency, for its owners. */
  agency: AgencyClient;
  /** `wipe`: the app there removes what it keeps, too. */
  endSession(id: string, wipe: boolean): Promise<void>;
  changePassword(change: z.infer<typeof changePasswordRequest>): Promise<void>;
  signOut(): Promise<void>;
  close(): void;
};

type Secrets = {
  read(name: string): Promise<string | null>;
  write(name: string, value: string): Promise<void>;
  remove(name: string): Promise<void>;
};

/** Checks an address as somebody typed it. @throws AppError server-unreachable */
export function checkServerUrl(typed: string): string {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed.trim()) ? typed.trim() : `https://${typed.trim()}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : null;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.username !== '') throw unreachable(typed);
  return url.origin + url.pathname.replace(/\/+$/, '');
}

function unreachable(server: string): AppError {
  return new AppError('server-unreachable', `No Trialogue server answers at ${server}. Check the address and your network.`);
}

/** How people can sign in at a server. */
export type SignInMethods = { password: boolean; oidc: OidcMethod | null };

/** @throws AppError server-unreachable, offline */
export async function signInMethods(server: string): Promise<SignInMethods> {
  const info = await call(`${server}/api/v1/server`, {}).catch((error: unknown) => {
    throw error instanceof AppError && error.details?.['network'] === undefined ? unreachable(server) : error;
  });
  const told = serverInfo.safeParse(await info.json().catch(() => null));
  if (!told.success) throw unreachable(server);
  return { password: told.data.signIn.includes('password'), oidc: told.data.oidc ?? null };
}

export type Credentials = { email: string; password: string } | { platformToken: string };

/** Opens a session. @throws AppError sign-in-failed, account-disabled, server-unreachable, too-many-requests, forbidden, conflict */
export async function signIn(
  server: string,
  credentials: Credentials & { device: { name: string } },
  secrets: Secrets,
): Promise<SessionResponse> {
  const answer = await call(`${server}/api/v1/session`, jsonBody('POST', credentials));
  const session = sessionResponse.parse(await answer.json());
  await secrets.write(REFRESH_TOKEN, session.refreshToken);
  return session;
}

export function createApiClient(deps: {
  server: string;
  secrets: Secrets;
  now: () => number;
  /** The session that a sign-in just gave, if there was one. */
  session: SessionResponse | null;
  onEnd: (why: SessionEnd) => void;
  /** Called before the server is asked. */
  prepare?: (server: string) => Promise<void>;
}): ApiClient {
  const { server, secrets, now } = deps;
  const aborter = new AbortController();
  let access = deps.session ? { token: deps.session.accessToken, until: lifetime(deps.session, now()) } : null;
  let last = access?.token ?? '';
  let refreshing: Promise<string> | null = null;

  const refresh = async (): Promise<string> => {
    const refreshToken = await secrets.read(REFRESH_TOKEN);
    if (refreshToken === null) {
      deps.onEnd('ended');
      throw new AppError('sign-in-required', 'Your session ended. Sign in again; what you wrote is kept.');
    }
    try {
      const answer = await call(`${server}/api/v1/session/refresh`, jsonBody('POST', { refreshToken }), aborter.signal);
      const session = sessionResponse.parse(await answer.json());
      // Kept before it is used: the server forgets the old one as soon as this one shows up.
      await secrets.write(REFRESH_TOKEN, session.refreshToken);
      access = { token: session.accessToken, until: lifetime(session, now()) };
      last = session.accessToken;
      return session.accessToken;
    } catch (error) {
      const why = error instanceof AppError ? endOf(error, refreshToken) : null;
      if (why) deps.onEnd(why);
      throw error;
    }
  };

  const token = async (): Promise<string> => {
    await deps.prepare?.(server);
    if (access && now() < access.until) return access.token;
    refreshing ??= refresh().finally(() => {
      refreshing = null;
    });
    return refreshing;
  };

  const authorized = async (path: string, init: RequestInit, timeoutMs = CALL_MS): Promise<Response> => {
    const send = async (): Promise<Response> => {
      const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${await token()}` };
      return call(`${server}/api/v1${path}`, { ...init, headers }, aborter.signal, timeoutMs);
    };
    try {
      return await send();
    } catch (error) {
      if (error instanceof AppError && error.code === 'account-disabled') deps.onEnd('account-disabled');
      // Also that of a device that is to be wiped: that is believed in answer to the refresh token alone.
      if (!(error instanceof AppError) || (error.code !== 'sign-in-required' && error.code !== 'device-wiped') || !access)
        throw error;
      access = null;
      return send();
    }
  };
  const read = async <T>(schema: z.ZodType<T>, path: string, init: RequestInit = {}): Promise<T> =>
    schema.parse(await (await authorized(path, init)).json());

  return {
    server,
    token,
    currentToken: () => last,
    distrustToken: () => {
      access = null;
    },
    conversations: (before, limit) =>
      read(conversationList, `/conversations?limit=${limit}${before === null ? '' : `&before=${encodeURIComponent(before)}`}`),
    conversation: (id) => read(conversationShape, `/conversations/${id}`),
    async authorName(conversation, thread, seq, account) {
      const page = await read(historyPage, `/conversations/${conversation}/messages?thread=${thread}&before=${seq + 1}&limit=1`);
      const found = page.messages.find((item) => item.kind === 'message' && item.account === account);
      return found?.kind === 'message' ? found.name : null;
    },
    people: async () => (await read(peopleResponse, '/people')).people,
    async log(wanted, onLine) {
      const answer = await authorized('/log', jsonBody('POST', wanted), 10 * 60_000);
      for await (const line of linesOf(answer)) await onLine(logBatchLine.parse(JSON.parse(line)));
    },
    async tellReads(reads) {
      await drain(await authorized('/reads', jsonBody('PUT', reads)));
    },
    async jobAction(conversation, action) {
      await drain(await authorized(`/conversations/${conversation}/job/${action}`, { method: 'POST' }));
    },
    newLease: async () => (await read(leaseResponse, '/device/lease', { method: 'POST' })).clientId,
    file: (id) => authorized(`/files/${id}`, {}, 10 * 60_000),
    transfer: createTransfer(authorized),
    fileLimits: async () => (await read(serverInfo, '/server')).files ?? null,
    sessions: async () => (await read(sessionList, '/sessions')).sessions,
    agency: createAgencyClient(read, authorized),
    async endSession(id, wipe) {
      await drain(await authorized(`/sessions/${id}?wipe=${wipe}`, { method: 'DELETE' }));
    },
    async changePassword(change) {
      await drain(await authorized('/password', jsonBody('POST', change)));
    },
    async signOut() {
      await drain(await authorized('/session', { method: 'DELETE' }));
    },
    close: () => aborter.abort(),
  };
}

/** What an answer to the refresh token says of the session; `null` when nothing, as when somebody on the way answers. */
function endOf({ code, details }: AppError, refreshToken: string): SessionEnd | null {
  if (code === 'account-disabled') return code;
  if (code === 'device-wiped') return details?.['session'] === sessionOf(refreshToken) ? code : 'ended';
  return (code === 'sign-in-required' || code === 'sign-in-failed') && details?.['status'] === undefined ? 'ended' : null;
}

/** Until when to use an access token, by this machine's clock: only the token's length is taken from the server. */
function lifetime(session: SessionResponse, now: number): number {
  const left = Date.parse(session.expiresAt) - now;
  // A clock that is far off would make every token look old or eternal; a 401 renews it then.
  return now + Math.min(Math.max(left - EARLY_MS, 60_000), 14 * 60_000);
}

export function forgetRefreshToken(secrets: Secrets): Promise<void> {
  return secrets.remove(REFRESH_TOKEN);
}

function jsonBody(method: string, body: unknown): RequestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

async function call(url: string, init: RequestInit, signal?: AbortSignal, timeoutMs = CALL_MS): Promise<Response> {
  const limits = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : []), ...(init.signal ? [init.signal] : [])];
  let answer: Response;
  try {
    answer = await fetch(url, { ...init, signal: AbortSignal.any(limits) });
  } catch (error) {
    throw networkFailure(error);
  }
  if (answer.ok) return answer;
  const body = errorBody.safeParse(await answer.json().catch(() => null));
  if (body.success) {
    const { status, redirected, headers } = answer;
    throw trusted(AppError.from(body.data.error), { url, status, redirected, type: headers.get('content-type') });
  }
  throw new AppError(
    answer.status === 401 ? 'sign-in-required' : 'unavailable',
    'The server does not answer as it should. Try again later.',
    {
      status: answer.status,
    },
  );
}

async function drain(answer: Response): Promise<void> {
  await answer.arrayBuffer();
}

async function* linesOf(answer: Response): AsyncGenerator<string> {
  if (!answer.body) return;
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of answer.body) {
      const parts = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
      rest = parts.pop()!;
      for (const part of parts) if (part !== '') yield part;
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('offline', 'The connection was lost while reading. It goes on by itself.');
  }
  if (rest.trim() !== '') yield rest;
}
