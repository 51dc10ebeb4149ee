import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';

import { fileHeaders } from '#shared/assets.ts';

import { sendFile } from './answers.ts';

type Offered = { path: string; name: string };

/**
 * Files that a page may fetch once, each under an address of its own that nobody can guess. The page's cookie is asked for as well. What was
 * fetched whole is removed; what broke off can be fetched again.
 */
export type OfferedFiles = {
  offer(file: Offered): string;
  /** `null`: there is no such file, or it was fetched. */
  find(pathname: string): { send(response: ServerResponse): Promise<boolean> } | null;
};

export function createOfferedFiles(): OfferedFiles {
  const offered = new Map<string, Offered>();
  return {
    offer(file) {
      const token = randomBytes(24).toString('base64url');
      // There is one file at a time: an older address leads nowhere.
      offered.clear();
      offered.set(token, file);
      return `/exports/${token}`;
    },
    find(pathname) {
      const token = /^\/exports\/([\w-]{32})$/.exec(pathname)?.[1] ?? '';
      const file = offered.get(token);
      if (!file) return null;
      return {
        async send(response) {
          const headers = fileHeaders({ type: 'application/octet-stream', name: file.name });
          // Nobody else gets it meanwhile: the last byte is there before this knows.
          offered.delete(token);
          const sent = await sendFile(response, file.path, { ...headers, 'cache-control': 'no-store' });
          if (sent) await rm(file.path, { force: true });
          else if (offered.size === 0) offered.set(token, file);
          return sent;
        },
      };
    },
  };
}
