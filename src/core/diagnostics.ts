import type { PoliciesView } from '#shared/policies.ts';
import type { StorageUsage, SyncStatus } from '#shared/views.ts';

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
