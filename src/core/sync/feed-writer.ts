import type { FeedItem } from '#shared/api/feed.ts';

import { applyFeedItems, type FeedWriting } from './feed-items.ts';

/** Writes what the feed brings, in its order. After a failure nothing more of that round is written: it must not raise the cursor over what is missing. */
export function createFeedWriter(
  deps: FeedWriting & {
    /** The feed has to be read again from the cursor that is kept. */
    onFailure: (error: unknown) => void;
  },
): (items: FeedItem[], cursor: string) => void {
  let work: Promise<void> = Promise.resolve();
  let round = 0;
  return (items, cursor) => {
    const mine = round;
    work = work
      .then(() => {
        if (deps.isStopped() || mine !== round) return undefined;
        return applyFeedItems(deps, items, cursor);
      })
      .catch((error: unknown) => {
        round++;
        deps.onFailure(error);
      });
  };
}
