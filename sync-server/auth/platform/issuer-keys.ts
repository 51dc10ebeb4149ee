import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';

import { AppError } from '#shared/errors.ts';

import type { Log } from '../../log.ts';

export type IssuerKeysOptions = {
  issuer: string;
  /** `null`: as the issuer's discovery document says. */
  jwksUrl: string | null;
  cooldownMs: number;
  refreshMs: number;
  log: Log;
  /** Milliseconds, from any beginning. */
  now?: () => number;
};

const TIMEOUT_MS = 5_000;
const discovery = z.object({ issuer: z.string(), jwks_uri: z.string() });

/**
 * The public keys of an issuer. A key that isn't known has them asked for again, at most once a cooldown, whether that works or
 * not; as long as the issuer is away, those that are known go on. @throws AppError unavailable, when there are none to tell by
 */
export function issuerKeys({
  issuer,
  jwksUrl,
  cooldownMs,
  refreshMs,
  log,
  now = () => performance.now(),
}: IssuerKeysOptions): JWTVerifyGetKey {
  let opened: { url: string; keys: ReturnType<typeof createRemoteJWKSet> } | null = null;
  let opening: Promise<void> | null = null;
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let failedAt = Number.NEGATIVE_INFINITY;

  /** With the failure remembered, so that not each token with a made-up key id waits for an issuer that is away. */
  async function get(url: string, init: Parameters<typeof fetch>[1]): Promise<Response> {
    if (now() < failedAt + cooldownMs) throw away();
    try {
      const response = await fetch(url, { ...init, redirect: 'manual' });
      if (response.status !== 200) throw new Error(`status ${response.status}`);
      // Read to its end here: a connection that breaks and what isn't JSON count as away, too.
      return Response.json(await response.json());
    } catch (error) {
      failedAt = now();
      log.warn('issuer-away', { issuer, reason: error instanceof Error ? error.message : 'unknown' });
      throw away();
    }
  }

  async function discover(): Promise<string> {
    const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await get(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const found = discovery.safeParse(await response.json());
    // As the specification has it: a document that speaks for another issuer must not be used.
    if (found.data?.issuer === issuer && URL.canParse(found.data.jwks_uri)) return found.data.jwks_uri;
    failedAt = now();
    log.warn('issuer-document-unusable', { issuer });
    throw away();
  }

  async function open(): Promise<void> {
    const url = jwksUrl ?? (await discover());
    const keys =
      opened?.url === url
        ? opened.keys
        : createRemoteJWKSet(new URL(url), {
            timeoutDuration: TIMEOUT_MS,
            cooldownDuration: cooldownMs,
            // They are asked for anew below, beside the calls, and stay where that fails.
            cacheMaxAge: Number.POSITIVE_INFINITY,
            [customFetch]: get,
          });
    await keys.reload();
    opened = { url, keys };
    refreshedAt = now();
  }

  function refresh(): Promise<void> {
    opening ??= open().finally(() => {
      opening = null;
    });
    return opening;
  }

  return async (header, token) => {
    if (!opened) await refresh();
    else if (now() >= Math.max(refreshedAt + refreshMs, failedAt + cooldownMs)) {
      refresh().catch((error: unknown) => {
        if (!(error instanceof AppError)) log.warn('issuer-keys-unusable', { issuer });
      });
    }
    return opened!.keys(header, token);
  };
}

function away(): AppError {
  return new AppError(
    'unavailable',
    'The platform that signs you in does not answer just now. Nothing is lost; try again in a while.',
  );
}
