import type { Handlers } from '#shared/contract.ts';
import { AppError } from '#shared/errors.ts';
import { enforcedPolicy, type PoliciesView } from '#shared/policies.ts';

import { SETTLED } from '../storage/session.ts';
import { checkServerUrl } from '../sync/api-client.ts';

const SET_BY_IT = 'Your organisation has settled this for this computer. Ask your IT if it should be otherwise.';

/** Holds the commands of a page to what is enforced, whatever the page offers. */
export function guardHandlers(handlers: Handlers, policies: PoliciesView): Handlers {
  const server = enforcedPolicy(policies, 'ServerAddress');
  const allowServer = (typed: string): void => {
    if (server === undefined || checkServerUrl(typed) === server) return;
    throw new AppError('forbidden', `Your organisation has set the server of this app to ${server}. Sign in there.`);
  };
  return {
    ...handlers,
    'session.methods': (input) => {
      allowServer(input.server);
      return handlers['session.methods'](input);
    },
    'session.signInByBrowser': (input) => {
      allowServer(input.server);
      return handlers['session.signInByBrowser'](input);
    },
    'session.signIn': (input) => {
      allowServer(input.server);
      return handlers['session.signIn'](input);
    },
    'settings.set': (changes) => {
      for (const [name, policy] of Object.entries(SETTLED)) {
        const [settled, wanted] = [enforcedPolicy(policies, policy), changes[name as keyof typeof SETTLED]];
        if (settled !== undefined && wanted !== undefined && wanted !== settled) throw new AppError('forbidden', SET_BY_IT);
      }
      return handlers['settings.set'](changes);
    },
    'message.send': (input) => {
      if (input.attachments.length + input.files.length > 0) allowFiles(policies);
      return handlers['message.send'](input);
    },
  };
}

/** Whether people may sign in so. What they are signed in to already goes on. */
export function allowsSignIn(policies: PoliciesView, way: 'password' | 'oidc'): boolean {
  const method = enforcedPolicy(policies, 'SignInMethod') ?? 'any';
  return method === 'any' || method === way;
}

/** @throws AppError forbidden */
export function allowSignIn(policies: PoliciesView, way: 'password' | 'oidc'): void {
  if (allowsSignIn(policies, way)) return;
  throw new AppError(
    'forbidden',
    way === 'password'
      ? 'Your organisation has turned sign-in by password off in this app. Sign in by your browser.'
      : 'Your organisation has turned sign-in by the browser off in this app. Sign in with your password.',
  );
}

/** @throws AppError forbidden */
export function allowFiles(policies: PoliciesView): void {
  if (enforcedPolicy(policies, 'AttachmentsEnabled') !== false) return;
  throw new AppError('forbidden', 'Your organisation has turned files off in this app. Texts are sent and read as always.');
}
