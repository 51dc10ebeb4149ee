import { useEffect, useState } from 'react';

import type { ThreadFile } from '#shared/thread-views.ts';

import { wordsOf } from '../connect.ts';
import { useApp } from '../state/app.ts';
import type { Place } from '../state/thread-store.ts';

/** The files of a thread, newest first; asked for again when `version` changes. `null` until they are here. */
export function useFiles(
  { conversation, thread }: Place,
  version: number,
): { files: readonly ThreadFile[] | null; failure: string | null } {
  const { connection } = useApp();
  const [files, setFiles] = useState<readonly ThreadFile[] | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    let wanted = true;
    connection.send('thread.files', { conversation, thread }).then(
      (answer) => {
        if (!wanted) return;
        setFiles(answer.files);
        setFailure(null);
      },
      (error: unknown) => wanted && setFailure(wordsOf(error)),
    );
    return () => {
      wanted = false;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- what came since changes the files
  }, [connection, conversation, thread, version]);
  return { files, failure };
}
