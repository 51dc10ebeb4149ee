import { readsRequest } from '#shared/api.ts';

import { raiseReads, type RaisedRead } from '../storage/reads.ts';
import type { Routes } from './http.ts';
import { callerOf, parsed } from './routing.ts';

/** Read cursors, in batches. `onRaised`: to be shown to whoever has those threads open. */
export function readsRoutes(onRaised: (raised: RaisedRead[], streams: string[]) => void): Routes {
  return (app, { db }) => {
    app.put('/api/v1/reads', async (request, reply) => {
      const wanted = parsed(readsRequest, request.body);
      const { raised, streams } = await db.transact((tx) => raiseReads(tx, callerOf(request).account, wanted));
      if (raised.length > 0) onRaised(raised, streams);
      return reply.code(204).send();
    });
  };
}
