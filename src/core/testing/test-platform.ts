import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { createClient, createPortPair, type Client } from '#shared/bridge.ts';
import type { EventData, EventName } from '#shared/contract.ts';

import { createCore } from '../core.ts';
import type { Core, CoreOptions, Log, LogFields, Platform } from '../platform.ts';

export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Prints what goes wrong, for tests that start real programs. */
export const stderrLog: Log = {
  info: (event, fields) => write('info', event, fields),
  warn: (event, fields) => write('warn', event, fields),
  error: (event, fields) => write('error', event, fields),
};
function write(level: string, event: string, fields: LogFields | undefined): void {
  // oxlint-disable-next-line node/no-process-env -- a test has no main.ts to read a switch for those who look into it
  if (process.env['CORE_LOG'] || level === 'error') process.stderr.write(`${level} ${event} ${JSON.stringify(fields ?? {})}\n`);
}

export function temporaryFolder(): { path: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'trialogue-core-'));
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export function createTestPlatform(dataDir: string, changes: Partial<Platform> = {}): Platform {
  const secrets = new Map<string, string>();
  return {
    version: '0.0.0-test',
    dataDir,
    secrets: {
      read: async (name) => secrets.get(name) ?? null,
      write: async (name, value) => void secrets.set(name, value),
      remove: async (name) => void secrets.delete(name),
    },
    capabilities: { notifications: 'page', badge: false, secretStore: false },
    notify: () => undefined,
    withdraw: () => undefined,
    setBadge: () => undefined,
    openLink: async () => undefined,
    deviceName: 'test',
    log: silentLog,
    now: () => Date.now(),
    random: () => Math.random(),
    ...changes,
  };
}

/** A core with a page that listens. */
export type TestApp = {
  core: Core;
  send: Client['send'];
  /** All events of a name so far. */
  events<N extends EventName>(name: N): EventData<N>[];
  /** Resolves with the first answer that isn't null or undefined; asked again after every event and every so often. */
  until<T>(
    what: string,
    ask: () => T | null | undefined | false | Promise<T | null | undefined | false>,
    ms?: number,
  ): Promise<T>;
  close(): Promise<void>;
};

const NAMES = [
  'status',
  'inbox.changed',
  'thread.changed',
  'files.changed',
  'draft.changed',
  'replies.changed',
  'typing',
  'notify',
  'notify.withdraw',
  'notify.refused',
  'export.changed',
  'badge',
  'go-to',
  'conversation.gone',
  'thread.gone',
  'session',
  'settings',
] as const satisfies EventName[];

export async function startTestApp(
  platform: Platform,
  server: string,
  options: Omit<CoreOptions, 'server'> = {},
): Promise<TestApp> {
  const core = await createCore(platform, { server, ...options });
  const [near, far] = createPortPair();
  core.attach(far);
  const client = createClient(near);
  const seen = new Map<string, unknown[]>();
  const wakers = new Set<() => void>();
  for (const name of NAMES) {
    client.on(name, (data) => {
      seen.set(name, [...(seen.get(name) ?? []), data]);
      for (const wake of wakers) wake();
    });
  }
  return {
    core,
    send: (command, input) => client.send(command, input),
    events: <N extends EventName>(name: N) => (seen.get(name) ?? []) as EventData<N>[],
    async until(what, ask, ms = 15_000) {
      const end = Date.now() + ms;
      for (;;) {
        const answer = await ask();
        if (answer !== null && answer !== undefined && answer !== false) return answer;
        if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
        await new Promise<void>((resolve) => {
          const done = (): void => {
            clearTimeout(timer);
            wakers.delete(done);
            resolve();
          };
          const timer = setTimeout(done, 50);
          wakers.add(done);
        });
      }
    },
    close: () => core.close(),
  };
}
