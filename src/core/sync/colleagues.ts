import { isStaff } from '#shared/roles.ts';

import { putPerson } from '../storage/conversations.ts';
import type { Store } from '../storage/database.ts';
import { readSession } from '../storage/session.ts';
import { putColleagues } from '../storage/team-rows.ts';
import type { ApiClient } from './api-client.ts';

/** Gets the agency's people, which its staff alone may know. */
export async function readColleagues({
  store,
  api,
  isStopped,
}: {
  store: Store;
  api: ApiClient;
  isStopped: () => boolean;
}): Promise<void> {
  const people = isStaff(readSession(store)!.account.role) ? await api.people() : [];
  if (isStopped()) return;
  store.transact(() => {
    for (const one of people) putPerson(store, one.account, one.name, one.role);
    putColleagues(
      store,
      people.map(({ account }) => account),
    );
  });
}
