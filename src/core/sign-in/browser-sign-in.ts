import {
  allowInsecureRequests,
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  clockTolerance,
  discovery,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type Configuration,
} from 'openid-client';

import type { OidcMethod } from '#shared/api/common.ts';
import { AppError } from '#shared/errors.ts';

import { networkFailure } from '../network/failure.ts';
import type { Log } from '../platform.ts';
import { openLoopback } from './loopback.ts';

/** Long enough for a second factor that has to be looked for. */
const PATIENCE_MS = 5 * 60_000;
const CLOCKS_DIFFER_S = 60;

export type BrowserSignIn = {
  /**
   * Has the person sign in where the server says, in their own browser, and gives the token with which the server opens a session. One at
   * a time: another one stops it. @throws AppError sign-in-failed (denied, given up, no answer), server-unreachable, offline, bad-request
   */
  ask(method: OidcMethod): Promise<string>;
  /** The one that waits, if there is one, fails with sign-in-failed. */
  stop(): void;
};

export type BrowserSignInDeps = {
  openLink(url: string): Promise<void>;
  prepare(address: string): Promise<void>;
  log: Log;
  patienceMs?: number;
};

export function createBrowserSignIn(deps: BrowserSignInDeps): BrowserSignIn {
  let waiting: AbortController | null = null;

  const ask = async (method: OidcMethod, signal: AbortSignal): Promise<string> => {
    const { issuer, scope, parameters, token, name } = method;
    const isHere = checkIssuer(issuer, name);
    await deps.prepare(issuer);
    const [verifier, state, nonce] = [randomPKCECodeVerifier(), randomState(), randomNonce()];
    const config = await discover(method, isHere).catch((error: unknown) => {
      throw unreachable(error, name, deps.log);
    });
    const loopback = await openLoopback(state);
    try {
      const url = buildAuthorizationUrl(config, {
        ...parameters,
        response_type: 'code',
        redirect_uri: loopback.redirect,
        scope,
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      if (url.protocol !== 'https:' && !isHere) throw notAsItShould(name);
      signal.throwIfAborted();
      await deps.openLink(url.href);
      const current = await Promise.race([loopback.answered, aborted(signal)]);
      await deps.prepare(issuer);
      const tokens = await authorizationCodeGrant(config, current, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      }).catch((error: unknown) => {
        throw refused(error, name, deps.log);
      });
      signal.throwIfAborted();
      return token === 'id' ? tokens.id_token! : tokens.access_token;
    } finally {
      loopback.close();
    }
  };

  const stop = (): void => waiting?.abort(new AppError('sign-in-failed', 'You stopped the sign-in. Nothing was changed.'));
  return {
    async ask(method) {
      stop();
      const mine = new AbortController();
      waiting = mine;
      const patience = setTimeout(
        () =>
          mine.abort(
            new AppError(
              'sign-in-failed',
              `The sign-in at ${method.name} was not finished in time. Nothing was changed; try again when you are ready.`,
            ),
          ),
        deps.patienceMs ?? PATIENCE_MS,
      );
      try {
        return await ask(method, mine.signal);
      } finally {
        clearTimeout(patience);
        if (waiting === mine) waiting = null;
      }
    },
    stop,
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

/** Whether it is on this machine, as in tests; anywhere else it has to be TLS. @throws AppError bad-request */
function checkIssuer(issuer: string, name: string): boolean {
  const { protocol, hostname } = new URL(issuer);
  const isHere = protocol === 'http:' && (hostname === '127.0.0.1' || hostname === '[::1]' || hostname === 'localhost');
  if (protocol !== 'https:' && !isHere) throw notAsItShould(name);
  return isHere;
}

function discover({ issuer, clientId }: OidcMethod, isHere: boolean): Promise<Configuration> {
  return discovery(new URL(issuer), clientId, { [clockTolerance]: CLOCKS_DIFFER_S }, None(), {
    timeout: 20,
    // oxlint-disable-next-line typescript/no-deprecated -- marked so that nobody uses it for what isn't on this machine
    ...(isHere && { execute: [allowInsecureRequests] }),
  });
}

function notAsItShould(name: string): AppError {
  return new AppError(
    'bad-request',
    `The sign-in at ${name} is not set up as it should be. Tell who looks after your agency’s server.`,
  );
}

/** The library says by a code what was wrong; its words may hold what came. */
function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : error instanceof Error ? error.name : 'unknown';
}

function unreachable(error: unknown, name: string, log: Log): AppError {
  log.warn('browser-sign-in-failed', { step: 'discovery', reason: codeOf(error) });
  const cause = (error as { cause?: unknown } | null)?.cause;
  if (error instanceof TypeError || cause instanceof TypeError) return away(cause instanceof TypeError ? cause : error, name);
  return new AppError('server-unreachable', `${name}, where you sign in, does not answer as it should. Try again in a while.`);
}

function away(error: unknown, name: string): AppError {
  const failure = networkFailure(error);
  if (failure.code !== 'offline') return failure;
  return new AppError('offline', `${name}, where you sign in, can’t be reached. Check your network, then try again.`);
}

function refused(error: unknown, name: string, log: Log): AppError {
  log.warn('browser-sign-in-failed', { step: 'answer', reason: codeOf(error) });
  if (error instanceof AuthorizationResponseError && error.error === 'access_denied') {
    return new AppError('sign-in-failed', `The sign-in at ${name} was declined. Nothing was changed.`);
  }
  if (error instanceof TypeError) return away(error, name);
  return new AppError(
    'sign-in-failed',
    `The sign-in at ${name} did not work. Nothing was changed; try again, and ask your agency if it stays so.`,
  );
}
