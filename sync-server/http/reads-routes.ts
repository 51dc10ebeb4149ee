import { readsRequest } from '#shared/api/conversations.ts';

import { raiseReads, type RaisedRead } from '../storage/reads.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import type { Routes } from './http.ts';

const raise = {
  method: 'PUT',
  path: '/api/v1/reads',
  tag: 'Reads, feed, log',
  summary: 'Read cursors, in batches; they only rise',
  access: 'signed-in',
  body: readsRequest,
  status: 204,
} as const satisfies Endpoint;

/** Read cursors, in batches. `onRaised`: to be shown to whoever has those threads open. */
export function readsRoutes(onRaised: (raised: RaisedRead[], streams: string[]) => void): Routes {
  return (app, { db }, answer) => {
    endpoint(app, answer, raise, async ({ caller, body }) => {
      const { raised, streams } = await db.transact((tx) => raiseReads(tx, caller.account, body));
      if (raised.length > 0) onRaised(raised, streams);
    });
  };
}
