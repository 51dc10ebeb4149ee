import { useCallback, useEffect, useState } from 'react';

import type { CannedReply } from '#shared/thread-views.ts';

import { useApp, useSlice } from './app.ts';

/** Where canned replies are kept. Nothing else knows; `null` until they are here. */
export function useCannedReplies(wanted: boolean): {
  replies: readonly CannedReply[] | null;
  put: (reply: CannedReply) => Promise<void>;
  remove: (id: string) => Promise<void>;
} {
  const { connection, ui } = useApp();
  const [replies, setReplies] = useState<readonly CannedReply[] | null>(null);
  const version = useSlice('ui', (state) => state.repliesVersion);
  useEffect(() => {
    if (!wanted) return;
    let here = true;
    connection.send('replies.list', {}).then(
      (answer) => here && setReplies(answer.replies),
      // None are offered then; the dialog says what is wrong when one keeps or removes something.
      () => here && setReplies([]),
    );
    return () => {
      here = false;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- somebody changed them
  }, [connection, wanted, version]);
  const changed = useCallback(() => ui.setState((state) => ({ repliesVersion: state.repliesVersion + 1 })), [ui]);
  return {
    replies,
    put: (reply) => connection.send('replies.put', reply).then(changed),
    remove: (id) => connection.send('replies.remove', { id }).then(changed),
  };
}
