import { afterAll, beforeAll, beforeEach } from 'vitest';

import { startTestPostgres, type ServerOptions, type TestPostgres, type TestServer } from './test-server.ts';
import { createWorld, type World } from './world.ts';

// What test files begin with, as hooks: call one at the top of the file, and keep what it gives in a variable of the file.

/** Postgres for all tests of the file. `give` gets it before the first of them; what was made on it is gone after the last. */
export function postgresInFile(give: (postgres: TestPostgres) => void | Promise<void>): void {
  let postgres: TestPostgres | null = null;
  beforeAll(async () => {
    postgres = await startTestPostgres();
    await give(postgres);
  });
  // Closes the servers and databases that were made on it, too.
  afterAll(() => postgres?.stop());
}

/** Likewise one server, on a database of its own. */
export function serverInFile(
  give: (server: TestServer, postgres: TestPostgres) => void | Promise<void>,
  options: ServerOptions = {},
): void {
  postgresInFile(async (postgres) => give(await postgres.server(options), postgres));
}

/** Likewise one server; and before each test a new agency with its people and their conversation. */
export function worldForEachTest(
  give: (made: { world: World; server: TestServer; postgres: TestPostgres }) => void,
  options: ServerOptions = {},
): void {
  let started: { server: TestServer; postgres: TestPostgres };
  serverInFile((server, postgres) => {
    started = { server, postgres };
  }, options);
  beforeEach(async () => give({ ...started, world: await createWorld(started.server) }));
}
