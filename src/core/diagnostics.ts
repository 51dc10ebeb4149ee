import { open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import type { StorageUsage, SyncStatus } from '#shared/app-views.ts';
import type { PoliciesView } from '#shared/policies.ts';

import type { Platform } from './platform.ts';
import type { Store } from './storage/database.ts';
import { outboxCounts } from './storage/outbox.ts';
import { readSession, readSettings } from './storage/session.ts';

/** Names and levels; values are on the page of the policies. */
function policiesText({ entries, problems }: PoliciesView): string {
  const set = entries.flatMap((entry) => (entry.set ? [`${entry.name} (${entry.set.level})`] : []));
  return `${set.join(', ') || 'none'}; not understood: ${problems.length}`;
}

/** What helps those who help, to be copied: no message, no name, no address of a person, no token. */
export function diagnosticsText(about: {
  platform: Platform;
  store: Store;
  policies: PoliciesView;
  connection: SyncStatus['connection']['kind'];
  server: string | undefined;
  usage: StorageUsage;
}): string {
  const { platform, store, usage } = about;
  const session = readSession(store);
  const queue = outboxCounts(store);
  const lines: [string, string | number][] = [
    ['Trialogue', platform.version],
    ['Time', new Date(platform.now()).toISOString()],
    [
      'System',
      `${process.platform} ${process.arch}, Node ${process.versions.node}, Electron ${process.versions['electron'] ?? 'none'}`,
    ],
    ['Locale', Intl.DateTimeFormat().resolvedOptions().locale],
    ['Server', about.server ?? 'none'],
    ['Connection', about.connection],
    ['Account', session?.account.id ?? 'none'],
    ['Role', session?.account.role ?? 'none'],
    ['Device', session?.device ?? 'none'],
    ['Last synced', session?.lastSyncedAt ? new Date(session.lastSyncedAt).toISOString() : 'never'],
    ['First sync', session?.firstSyncDone ? 'done' : 'under way'],
    ['Queue', JSON.stringify(queue)],
    ['Conversations', usage.conversations],
    ['Messages', usage.messages],
    ['Database', `${usage.databaseBytes} bytes`],
    ['Files', `${usage.files}, ${usage.fileBytes} bytes`],
    ['Files to send', `${usage.waitingFiles}, ${usage.waitingBytes} bytes`],
    ['Disk', store.trouble()?.code ?? 'ok'],
    ['Secrets', platform.capabilities.secretStore ? 'system store' : 'file'],
    ['Notifications', platform.capabilities.notifications],
    ['Settings', JSON.stringify(readSettings(store, about.policies))],
    ['Policies', policiesText(about.policies)],
  ];
  return lines.map(([name, value]) => `${name}: ${value}`).join('\n');
}

/** So much of the end of the log helps, and can still be pasted into a letter. */
const LOG_BYTES = 64 * 1024;
const LOG_LINES = 200;

/**
 * The end of `app.log` of a profile, which both hosts write there. It holds no text, token or name by rule; where a path leads through the
 * person's own folder, that becomes `~`. Empty where there is no log.
 */
export async function lastLogLines(dataDir: string, home = homedir()): Promise<string> {
  const file = await open(join(dataDir, 'app.log')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return '';
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - LOG_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n').filter(Boolean);
    // The first one is cut where it doesn't begin with the file.
    const whole = (from > 0 ? lines.slice(1) : lines).slice(-LOG_LINES).join('\n');
    // As it stands in JSON, where each backslash is two.
    return [JSON.stringify(home).slice(1, -1), home].reduce((text, folder) => text.replaceAll(folder, '~'), whole);
  } finally {
    await file.close();
  }
}
