import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';

import type { SessionResponse } from '#shared/api/accounts.ts';

/** A client that is nothing but y-websocket's own provider, as other programs use it. */
export type StockClient = { session: SessionResponse; doc: Y.Doc; provider: WebsocketProvider; closes: () => number };

/** `name`: of a document. Resolves when it has caught up. */
export async function openStockClient(url: string, name: string, session: SessionResponse): Promise<StockClient> {
  const doc = new Y.Doc();
  doc.clientID = session.device.clientId;
  const Authorized = class extends WebSocket {
    constructor(address: string) {
      super(address, { headers: { authorization: `Bearer ${session.accessToken}` } });
    }
  };
  const provider = new WebsocketProvider(`${url.replace('http', 'ws')}/sync`, name, doc, {
    WebSocketPolyfill: Authorized as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  });
  let closes = 0;
  provider.on('connection-close', () => closes++);
  await new Promise<void>((resolve) => provider.once('sync', () => resolve()));
  return { session, doc, provider, closes: () => closes };
}
