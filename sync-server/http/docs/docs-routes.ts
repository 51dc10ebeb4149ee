import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { endpoint, type Endpoint } from '../endpoint.ts';
import type { Routes } from '../http.ts';
import { docsPage } from './docs-page.ts';
import { openApiOf, type OpenApi } from './openapi.ts';

const tag = 'Server';

const description = {
  method: 'GET',
  path: '/api/docs/openapi.json',
  tag,
  summary: 'This description, as OpenAPI 3.1',
  access: 'anyone',
  gives: z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) }),
} as const satisfies Endpoint;

const page = {
  method: 'GET',
  path: '/api/docs',
  tag: 'Pages',
  summary: 'This description, to read',
  access: 'anyone',
  type: 'text/html; charset=utf-8',
} as const satisfies Endpoint;

const style = {
  method: 'GET',
  path: '/api/docs/page.css',
  tag: 'Pages',
  summary: 'How that looks',
  access: 'anyone',
  type: 'text/css; charset=utf-8',
} as const satisfies Endpoint;

/** It runs no scripts and loads nothing from elsewhere. */
const HEADERS = {
  'content-security-policy': "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache',
};

/** What the API is, from its own routes; `endpoints` is looked at when all of them are there. */
export function docsRoutes(endpoints: readonly Endpoint[]): Routes {
  return (app, { version }, answer) => {
    let made: OpenApi | null = null;
    const described = (): OpenApi => (made ??= openApiOf(endpoints, version));

    endpoint(app, answer, description, async ({ reply }) => {
      void reply.header('cache-control', 'no-cache');
      return described();
    });
    endpoint(app, answer, page, async ({ reply }) => reply.headers(HEADERS).type(page.type).send(docsPage(described())));
    endpoint(app, answer, style, async ({ reply }) =>
      reply
        .headers(HEADERS)
        .type(style.type)
        .send(await readFile(join(import.meta.dirname, 'page.css'))),
    );
  };
}
