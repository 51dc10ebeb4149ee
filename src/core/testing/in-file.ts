import { afterAll, afterEach, beforeAll } from 'vitest';

import { createApps, type Apps, type Person } from './apps.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';

/** What a test file that talks to the real server works with. */
export type ServerAndPeople = { server: ServerProcess; staff: Person; client: Person; worker: Person };

/**
 * Call it at the top of a test file. One server for all tests of the file, with somebody of each kind who can sign in: `give`
 * gets them before the first test. Returns the apps of the file, whose profiles are gone after each test.
 */
export function serverAndPeopleInFile(give: (made: ServerAndPeople) => void): Apps {
  let server: ServerProcess | null = null;
  const apps = createApps(() => server!.url);
  beforeAll(async () => {
    server = await startServerProcess();
    give({
      server,
      staff: await server.account('staff', 'Ana Reyes'),
      client: await server.account('client', 'Cleo Santos'),
      worker: await server.account('worker', 'Will Tan'),
    });
  });
  afterEach(apps.endAll);
  afterAll(() => server?.stop());
  return apps;
}
