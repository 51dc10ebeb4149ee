import { endpoint, type Endpoint } from './endpoint.ts';
import type { Routes } from './http.ts';

/** How long a browser remembers what it was allowed. */
const REMEMBER_SECONDS = 600;
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
/** What a page may read of an answer besides its body and the common headers. */
const READABLE = 'Retry-After, Location, Content-Disposition, Upload-Offset, Upload-Length, Tus-Resumable';

const preflight = {
  method: 'OPTIONS',
  path: '/*',
  tag: 'Server',
  summary: 'What a browser asks before a call from another site’s page (CORS)',
  access: 'anyone',
  status: 204,
} as const satisfies Endpoint;

/** Lets pages of the sites that are allowed here call and read, with the cookie (CORS). To all others a browser shows nothing. */
export const allowedOriginRoutes: Routes = (app, { allowedOrigins }, answer) => {
  app.addHook('onRequest', async (request, reply) => {
    if (allowedOrigins.length === 0) return;
    // Also where nothing is allowed: an answer that is kept for one site must not be shown to another.
    reply.header('vary', 'Origin');
    const { origin } = request.headers;
    if (origin === undefined || !allowedOrigins.includes(origin)) return;
    reply.headers({
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': READABLE,
    });
  });

  // Asked by browsers before a call that a form could not make.
  endpoint(app, answer, preflight, async ({ request, reply }) => {
    const headers = request.headers['access-control-request-headers'];
    return reply
      .headers({
        'access-control-allow-methods': METHODS,
        ...(headers === undefined ? {} : { 'access-control-allow-headers': headers }),
        'access-control-max-age': REMEMBER_SECONDS,
      })
      .code(204)
      .send();
  });
};
