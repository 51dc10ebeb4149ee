import type { FeedItem } from '#shared/api/feed.ts';

import { paced, type Pace } from '../paced.ts';
import { applyFeedItems, type FeedWriting } from './feed-items.ts';

/** Each write reads and counts the conversation anew and looks for more: in a flood several messages share one. */
const TOGETHER: Pace = { afterMs: 1, everyMs: 50, burst: 4 };

/** Writes what the feed brings, in its order. After a failure nothing more of that round is written: it must not raise the cursor over what is missing. */
export function createFeedWriter(
  deps: FeedWriting & {
    /** The feed has to be read again from the cursor that is kept. */
    onFailure: (error: unknown) => void;
  },
): (items: FeedItem[], cursor: string) => void {
  let work: Promise<void> = Promise.resolve();
  let round = 0;
  let waiting: { items: FeedItem[]; cursor: string; round: number } | null = null;

  const write = (): void => {
    if (!waiting) return;
    const { items, cursor, round: mine } = waiting;
    waiting = null;
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
  const writing = paced(TOGETHER, write);

  return (items, cursor) => {
    // What came before a failure and what came after it, from the cursor that is kept, are never one.
    if (waiting?.round !== round) waiting = { items: [], cursor, round };
    waiting.items.push(...items);
    waiting.cursor = cursor;
    writing.soon();
  };
}
