import type { FastifyInstance } from 'fastify';

import type { Endpoint } from '../http/endpoint.ts';
import { createHttp, type Routes } from '../http/http.ts';
import type { ServerParts } from '../parts.ts';
import type { AttachSync } from '../server.ts';
import { attachSync } from '../sync/attach.ts';

/** Every route there is, as `METHOD path` (HEAD only where it isn't GET's), and what each was declared as. */
export type RegisteredRoutes = { registered: string[]; endpoints: Endpoint[] };

/** For a test server: `give` gets its routes before it takes calls. */
export function registeredRoutes(give: (routes: RegisteredRoutes) => void): AttachSync {
  return async (parts) => {
    const attached = await attachSync(parts);
    give(await routesOf(parts, attached.routes));
    return attached;
  };
}

async function routesOf(parts: ServerParts, routes: Routes[]): Promise<RegisteredRoutes> {
  const endpoints: Endpoint[] = [];
  const app: FastifyInstance = await createHttp(parts, routes, () => Promise.resolve(true), endpoints);
  await app.ready();
  const above: string[] = [];
  const registered: string[] = [];
  // A tree of the paths' parts, each four signs further in than the one above.
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const parts = /^([│ ]*)[├└]── (\S*)(?: \((.*)\))?$/.exec(line);
    if (!parts) continue;
    const depth = parts[1]!.length / 4;
    above.splice(depth, above.length, parts[2]!);
    for (const method of parts[3]?.split(', ') ?? []) {
      if (method !== 'HEAD') registered.push(`${method} ${above.join('').replace(/\/?\*$/, '/*')}`);
    }
  }
  await app.close();
  return { registered, endpoints };
}
