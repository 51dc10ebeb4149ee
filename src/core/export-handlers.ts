import type { Handlers } from '#shared/contract.ts';
import { AppError } from '#shared/errors.ts';
import type { PoliciesView } from '#shared/policies.ts';

import type { Exports } from './export/exports.ts';
import { allowFiles } from './policies/guard.ts';
import { readConversation } from './storage/conversations.ts';
import type { Store } from './storage/database.ts';
import { readSession } from './storage/session.ts';
import { mayReadTeam } from './storage/team-rows.ts';
import type { ViewContext } from './views/view-builder.ts';

/** Whoever reads a thread here may keep it as a file, unless files are not allowed on this computer. */
export function createExportHandlers(parts: {
  exports: Exports;
  store: Store;
  policies: PoliciesView;
  context: () => ViewContext;
}): Pick<Handlers, 'export.start' | 'export.cancel' | 'export.save'> {
  const { exports, store } = parts;
  return {
    'export.start': ({ format, ...place }) => {
      parts.context();
      allowFiles(parts.policies);
      const record = readConversation(store, place.conversation);
      if (record && place.thread === 'team' && !mayReadTeam(record, readSession(store)!.account.role)) {
        throw new AppError('forbidden', 'Only the agency’s staff can export notes.');
      }
      return { id: exports.start(place, format) };
    },
    'export.cancel': ({ id }) => {
      exports.cancel(id);
      return {};
    },
    'export.save': async ({ id }) => {
      parts.context();
      allowFiles(parts.policies);
      return exports.save(id);
    },
  };
}
