import { accountShape, type Account } from '#shared/api/accounts.ts';
import { settingsView, USUAL_SETTINGS, type Settings } from '#shared/app-views.ts';
import { defaultPolicy, enforcedPolicy, NO_POLICIES, type PoliciesView } from '#shared/policies.ts';

import type { Store } from './database.ts';
import { readPersonSettings, writePersonSettings } from './person-settings.ts';

/** Who this profile belongs to and how far it is. `signedIn` is false after a sign-out that kept what is here. */
export type Session = {
  server: string;
  account: Account;
  device: string;
  clientId: number;
  signedIn: boolean;
  feedCursor: string | null;
  listNext: string | null;
  listDone: boolean;
  firstSyncDone: boolean;
  notifyAfter: number;
  lastSyncedAt: number | null;
};

type Row = {
  server: string;
  account: string;
  device: string;
  client_id: number;
  signed_in: number;
  feed_cursor: string | null;
  list_next: string | null;
  list_done: number;
  first_sync_done: number;
  notify_after: number;
  last_synced_at: number | null;
};

export function readSession(store: Store): Session | null {
  const row = store.get<Row>(`SELECT * FROM session`);
  if (!row) return null;
  return {
    server: row.server,
    account: accountShape.parse(JSON.parse(row.account)),
    device: row.device,
    clientId: row.client_id,
    signedIn: row.signed_in === 1,
    feedCursor: row.feed_cursor,
    listNext: row.list_next,
    listDone: row.list_done === 1,
    firstSyncDone: row.first_sync_done === 1,
    notifyAfter: row.notify_after,
    lastSyncedAt: row.last_synced_at,
  };
}

export function writeSession(store: Store, session: Session): void {
  store.run(
    `INSERT INTO session (id, server, account, device, client_id, signed_in, feed_cursor, list_next, list_done,
       first_sync_done, notify_after, last_synced_at)
     VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET server = excluded.server, account = excluded.account, device = excluded.device,
       client_id = excluded.client_id, signed_in = excluded.signed_in, feed_cursor = excluded.feed_cursor,
       list_next = excluded.list_next, list_done = excluded.list_done, first_sync_done = excluded.first_sync_done,
       notify_after = excluded.notify_after, last_synced_at = excluded.last_synced_at`,
    session.server,
    JSON.stringify(session.account),
    session.device,
    session.clientId,
    Number(session.signedIn),
    session.feedCursor,
    session.listNext,
    Number(session.listDone),
    Number(session.firstSyncDone),
    session.notifyAfter,
    session.lastSyncedAt,
  );
}

/** Settings that an organisation may have a say in. */
export const SETTLED = { notificationText: 'NotificationText', spellCheck: 'SpellCheck' } as const;

/** What was chosen here, on top of the organisation's defaults and the system's (`usual`), and under what is enforced. */
export function readSettings(store: Store, policies: PoliciesView = NO_POLICIES, usual?: Partial<Settings>): Settings {
  const settled = (of: typeof defaultPolicy): object =>
    Object.fromEntries(
      Object.entries(SETTLED).flatMap(([name, policy]) => {
        const value = of(policies, policy);
        return value === undefined ? [] : [[name, value]];
      }),
    );
  return settingsView.parse({
    ...USUAL_SETTINGS,
    ...usual,
    ...settled(defaultPolicy),
    ...keptSettings(store),
    ...readPersonSettings(store),
    ...settled(enforcedPolicy),
  });
}

/** Keeps these, a person's for their other devices too; what nobody chose yet goes on following its default. */
export function writeSettings(store: Store, settings: Partial<Settings>, now = Date.now()): void {
  store.transact(() => {
    writePersonSettings(store, settings, now);
    store.run(
      `INSERT OR REPLACE INTO settings (name, value) VALUES ('settings', ?)`,
      JSON.stringify({ ...keptSettings(store), ...settings }),
    );
  });
}

function keptSettings(store: Store): object {
  const row = store.get<{ value: string }>(`SELECT value FROM settings WHERE name = 'settings'`);
  return row ? (JSON.parse(row.value) as object) : {};
}
