import { useEffect, useState } from 'react';

import { defaultPolicy, enforcedPolicy } from '#shared/policies.ts';

import { useApp, useSlice } from '../state/app.ts';

/** Which ways to sign in are offered. `browser.name`: whose sign-in that is, where it is known; `first`: the one that is in front. */
export type SignInWays = {
  password: boolean;
  browser: { name: string | null } | null;
  first: 'password' | 'browser';
};

/**
 * What the organisation allows of what this server has. A server that doesn't answer is taken to have what is allowed: the attempt itself
 * says what is wrong.
 */
export function useSignInWays(server: string): SignInWays {
  const { connection } = useApp();
  const policies = useSlice('session', (state) => state.policies);
  const [told, setTold] = useState<{ server: string; password: boolean; name: string | null } | null>(null);
  useEffect(() => {
    let wanted = server !== '';
    if (wanted) {
      connection.send('session.methods', { server }).then(
        ({ password, oidc }) => wanted && setTold({ server, password, name: oidc?.name ?? null }),
        () => wanted && setTold(null),
      );
    }
    return () => {
      wanted = false;
    };
  }, [connection, server]);
  const known = told?.server === server ? told : null;
  const only = enforcedPolicy(policies, 'SignInMethod') ?? 'any';
  const password = only !== 'oidc' && (known?.password ?? true);
  const browser = only !== 'password' && (known ? known.name !== null : only === 'oidc') ? { name: known?.name ?? null } : null;
  const prefers = defaultPolicy(policies, 'SignInMethod') === 'oidc';
  return { password, browser, first: browser && (prefers || !password) ? 'browser' : 'password' };
}
