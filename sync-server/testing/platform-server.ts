import { afterAll, beforeAll } from 'vitest';

import type { SessionResponse } from '#shared/api/accounts.ts';
import type { ErrorShape } from '#shared/errors.ts';

import type { PlatformConfig } from '../auth/platform/platform-config.ts';
import { readConfig } from '../config.ts';
import type { Log } from '../log.ts';
import { postgresInFile } from './in-file.ts';
import { AUDIENCE, SECRET, startIssuer, type TestIssuer } from './platform-issuer.ts';
import type { TestAnswer, TestPostgres, TestServer } from './test-server.ts';

export type Failure = { error: ErrorShape };

/** A platform with its issuer, and a server that makes accounts for its people, by OIDC and by a shared secret. */
export type Platform = {
  issuer: TestIssuer;
  postgres: TestPostgres;
  server: TestServer;
  /** Another server, for these variables besides the issuer's. Keys are asked for as often as wanted, unless `more` says otherwise. */
  serverWith(env: Record<string, string>, more?: Partial<PlatformConfig>, log?: Log): Promise<TestServer>;
};

/** For the top of a test file, as the others of its kind. */
export function platformInFile(give: (platform: Platform) => void): void {
  let postgres: TestPostgres;
  let issuer: TestIssuer;

  function serverWith(env: Record<string, string>, more: Partial<PlatformConfig> = {}, log?: Log): Promise<TestServer> {
    const { platform } = readConfig({ OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: AUDIENCE, ...env }, '1');
    return postgres.server({ platform: { ...platform!, keyCooldownMs: 0, ...more }, ...(log ? { log } : {}) });
  }

  postgresInFile((started) => void (postgres = started));
  beforeAll(async () => {
    issuer = await startIssuer();
    const server = await serverWith({
      OIDC_CLAIMS: 'role=role,agency=agency,banned=is_banned',
      PLATFORM_SECRET: SECRET,
      PLATFORM_CLAIMS: 'account=user_id,role=profile.type',
      SIGN_IN_ROLES: 'CLIENT=client,WORKER=worker,OWNER=owner,STAFF=staff,client=client',
      SIGN_IN_ACCOUNTS: 'create',
    });
    give({ issuer, postgres, server, serverWith });
  });
  afterAll(() => issuer.stop());
}

/** Of somebody who was never seen; `id` tells them apart. */
export function claimsOf(id: number, more: Record<string, unknown> = {}) {
  const sub = `person-${id}`;
  return { sub, email: `${sub}@platform.example`, name: 'Pia', role: 'CLIENT', ...more };
}

export function statusOf(server: TestServer, token: string): Promise<number> {
  return server.http.call('GET', '/api/v1/conversations', { token }).then(({ status }) => status);
}

export function exchange(server: TestServer, platformToken: string): Promise<TestAnswer<SessionResponse & Failure>> {
  return server.http.call('POST', '/api/v1/session', { body: { platformToken, device: { name: 'Desk' } } });
}
