import { AppError } from '#shared/errors.ts';

import { readPerson } from '../storage/conversations.ts';
import type { Store } from '../storage/database.ts';
import { readSession } from '../storage/session.ts';
import type { TypingBoard } from './typing.ts';
import type { ViewContext } from './view-builder.ts';

export type ViewContexts = {
  /** `null` while nobody is signed in. */
  orNull: () => ViewContext | null;
  /** @throws AppError sign-in-required */
  get: () => ViewContext;
};

/** For whom things are shown now, and what isn't on the disk. */
export function createViewContexts(deps: {
  store: Store;
  sending: (key: string) => boolean;
  typing: () => Pick<TypingBoard, 'list'>;
}): ViewContexts {
  const { store, sending } = deps;
  const orNull = (): ViewContext | null => {
    const session = readSession(store);
    if (!session?.signedIn) return null;
    return {
      store,
      me: session.account.id,
      sending,
      typing: (conversation, thread) =>
        deps
          .typing()
          .list(conversation, thread)
          .map(({ account, name }) => ({ id: account, name, role: readPerson(store, account).role })),
    };
  };
  return {
    orNull,
    get() {
      const found = orNull();
      if (!found) throw new AppError('sign-in-required', 'Sign in first.');
      return found;
    },
  };
}
