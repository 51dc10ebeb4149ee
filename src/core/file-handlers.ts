import type { Handlers } from '#shared/contract.ts';

import type { Uploads } from './uploads/uploads.ts';

/** What the page asks about files that are to be sent; their bytes come another way (`Core.addFile`). */
export function createFileHandlers({
  uploads,
}: {
  uploads: Uploads;
}): Pick<Handlers, 'files.limits' | 'files.remove' | 'files.retry' | 'files.move'> {
  return {
    'files.limits': () => uploads.limits(),
    'files.remove': ({ id }) => {
      uploads.remove(id);
      return {};
    },
    'files.retry': ({ id }) => {
      uploads.retry(id);
      return {};
    },
    'files.move': ({ ids, ...to }) => {
      uploads.move(ids, to);
      return {};
    },
  };
}
