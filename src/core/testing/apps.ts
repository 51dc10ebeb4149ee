import type { MessageView } from '#shared/views.ts';

import type { Platform } from '../platform.ts';
import { createTestPlatform, startTestApp, stderrLog, temporaryFolder, type TestApp } from './test-platform.ts';

export type Person = { id: string; email: string; password: string };

/** The apps and profiles of one test file, gone after each test. */
export type Apps = {
  profile: (changes?: Partial<Platform>) => Platform;
  start: (platform: Platform) => Promise<TestApp>;
  signedIn: (person: Person, platform?: Platform) => Promise<TestApp>;
  /** Ends one before the test is over. */
  end: (app: TestApp) => Promise<void>;
  endAll: () => Promise<void>;
};

export function createApps(serverUrl: () => string): Apps {
  const open: TestApp[] = [];
  const folders: { remove(): void }[] = [];
  const apps: Apps = {
    profile(changes = {}) {
      const folder = temporaryFolder();
      folders.push(folder);
      return createTestPlatform(folder.path, { log: stderrLog, ...changes });
    },
    async start(platform) {
      const app = await startTestApp(platform, serverUrl());
      open.push(app);
      return app;
    },
    async signedIn(person, platform = apps.profile()) {
      const app = await apps.start(platform);
      await app.core.signIn(person.email, person.password);
      await online(app);
      return app;
    },
    async end(app) {
      await app.close();
      open.splice(open.indexOf(app), 1);
    },
    async endAll() {
      for (const app of open.splice(0)) await app.close();
      for (const folder of folders.splice(0)) folder.remove();
    },
  };
  return apps;
}

export function online(app: TestApp): Promise<unknown> {
  return app.until('online', async () => (await app.send('app.start', {})).status.connection.kind === 'online');
}

export async function messages(app: TestApp, conversation: string): Promise<MessageView[]> {
  const page = await app.send('thread.page', { conversation, thread: 'all', limit: 300 });
  return page.items.filter((item) => item.kind === 'message');
}

export async function sentTexts(app: TestApp, conversation: string): Promise<string[]> {
  return (await messages(app, conversation)).filter((one) => one.seq !== null).map((one) => one.text);
}

export async function inInbox(app: TestApp, conversation: string): Promise<void> {
  await app.until('the conversation', async () => {
    const page = await app.send('inbox.list', { view: 'everything', offset: 0, limit: 50 });
    return page.rows.some((row) => row.conversation === conversation);
  });
}

export const place = (conversation: string): { conversation: string; thread: 'all' } => ({ conversation, thread: 'all' });
