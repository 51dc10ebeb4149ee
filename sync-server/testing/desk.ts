import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { createTestDatabase, dropTestDatabase } from './databases.ts';
import { runAdmin } from './run-admin.ts';

/** Where tests ask for databases and admin commands that know a server by its wire alone. */
export type Desk = { url: string; close(): Promise<void> };

type Asked =
  | { what: 'database' }
  | { what: 'drop'; database: string }
  | { what: 'admin'; env: Record<string, string>; words: string[] };

/**
 * Runs beside the tests: a program for each command would take several times as long as the command. Takes JSON by POST
 * (`database`, `drop` and `admin`) and answers the address of a new database, nothing, or what the command said.
 */
export async function startDesk(postgresUrl: string): Promise<Desk> {
  const server = createServer((request, response) => {
    text(request)
      .then((body) => answer(postgresUrl, JSON.parse(body) as Asked))
      .then(
        (answered) => response.end(JSON.stringify(answered)),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(postgresUrl: string, asked: Asked): Promise<unknown> {
  switch (asked.what) {
    case 'database':
      return createTestDatabase(postgresUrl);
    case 'drop':
      await dropTestDatabase(asked.database);
      return null;
    case 'admin':
      return runAdmin(asked.env, asked.words);
  }
}
