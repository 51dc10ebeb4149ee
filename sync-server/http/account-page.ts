import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { endpoint } from './endpoint.ts';
import type { Routes } from './http.ts';

const FILES = [
  ['/account', 'page.html', 'text/html; charset=utf-8'],
  ['/account/page.js', 'page.js', 'text/javascript; charset=utf-8'],
  ['/account/page.css', 'page.css', 'text/css; charset=utf-8'],
] as const;

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache',
};

/** The page that links of invitations and password resets lead to. It is the same for everybody. */
export const accountPageRoutes: Routes = (app, _parts, answer) => {
  for (const [path, name, type] of FILES) {
    const summary = `The page on which people choose their password: \`${name}\``;
    endpoint(app, answer, { method: 'GET', path, tag: 'Pages', summary, access: 'anyone', type }, async ({ reply }) =>
      reply
        .headers(HEADERS)
        .type(type)
        .send(await readFile(join(import.meta.dirname, 'account-page', name))),
    );
  }
};
