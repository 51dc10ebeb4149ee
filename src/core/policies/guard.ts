import type { Handlers } from '#shared/contract.ts';
import { AppError } from '#shared/errors.ts';
import { enforcedPolicy, type PoliciesView } from '#shared/policies.ts';

import { SETTLED } from '../storage/session.ts';
import { checkServerUrl } from '../sync/api-client.ts';

const SET_BY_IT = 'Your organisation has settled this for this computer. Ask your IT if it should be otherwise.';

/** Holds the commands of a page to what is enforced, whatever the page offers. */
export function guardHandlers(handlers: Handlers, policies: PoliciesView): Handlers {
  const server = enforcedPolicy(policies, 'ServerAddress');
  return {
    ...handlers,
    'session.signIn': (input) => {
      if (server !== undefined && checkServerUrl(input.server) !== server) {
        throw new AppError('forbidden', `Your organisation has set the server of this app to ${server}. Sign in there.`);
      }
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

/** @throws AppError forbidden */
export function allowFiles(policies: PoliciesView): void {
  if (enforcedPolicy(policies, 'AttachmentsEnabled') !== false) return;
  throw new AppError('forbidden', 'Your organisation has turned files off in this app. Texts are sent and read as always.');
}
