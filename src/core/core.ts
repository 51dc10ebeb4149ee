import type { SyncStatus } from '#shared/app-views.ts';
import type { Handlers } from '#shared/contract.ts';
import { defaultPolicy, enforcedPolicy, NO_POLICIES } from '#shared/policies.ts';

import { listenToEngine } from './engine-listener.ts';
import { createExports } from './export/exports.ts';
import { createFiles } from './files.ts';
import { createHandlers } from './handlers.ts';
import { createHold } from './hold.ts';
import { actOnNotification } from './notify/act.ts';
import { createNotifier } from './notify/notifier.ts';
import { createOwnTyping } from './own-typing.ts';
import { createAlarm } from './own/alarm.ts';
import { createDraftSharing } from './own/draft-sharing.ts';
import { touchDraft } from './own/shared-drafts.ts';
import { createPages, type OpenPage } from './pages.ts';
import type { Core, CoreOptions, Platform } from './platform.ts';
import { allowFiles, guardHandlers } from './policies/guard.ts';
import { createRetention } from './policies/retention.ts';
import { rebuildRows } from './rebuild-rows.ts';
import { createSessionKeeper } from './session-keeper.ts';
import { purgeConversation, unreadMessages } from './storage/conversations.ts';
import { openStore } from './storage/database.ts';
import { outboxCounts } from './storage/outbox.ts';
import { readSession, readSettings, writeSettings } from './storage/session.ts';
import { watchStorage } from './storage/watch-storage.ts';
import { wireUploads } from './uploads/wire-uploads.ts';
import { createBroadcast } from './views/broadcast.ts';
import { createTypingBoard } from './views/typing.ts';
import { createViewContexts } from './views/view-context.ts';

const DAY_MS = 24 * 60 * 60_000;
/**
 * The whole app without a window. Returns as soon as what is on this machine can be read; the network comes by itself.
 * @throws AppError conflict when the profile is open already or from a newer version, storage-failed when it can't be read.
 */
export async function createCore(platform: Platform, options: CoreOptions): Promise<Core> {
  const store = openStore(platform.dataDir);
  const policies = options.policies ?? NO_POLICIES;
  const onlyServer = enforcedPolicy(policies, 'ServerAddress');
  const keptDays = enforcedPolicy(policies, 'CacheDays') ?? null;
  const keepsSince = (): number => (keptDays === null ? 0 : platform.now() - keptDays * DAY_MS);
  const serverNow = (): string =>
    onlyServer ?? readSession(store)?.server ?? (options.server || (defaultPolicy(policies, 'ServerAddress') ?? ''));
  const rebuilt = options.rebuild ? rebuildRows(platform, store) : null;
  const pages = createPages({
    handlers: (page) => guardHandlers(handlersOf(page), policies),
    onBug: (command, error) =>
      platform.log.error('command-bug', { command, error: error instanceof Error ? error.stack : String(error) }),
    onClosed(places, last) {
      // Nobody is left who could take something back.
      if (last) hold.release();
      drafts.flush();
      for (const place of places) {
        broadcast.closed(place);
        keeper.engine()?.live.close(place.conversation, place.thread);
      }
    },
  });
  const { emit } = pages;
  /** After the turn in which something of one's own changed. */
  const pumpOwn = (): void => void setImmediate(() => keeper.engine()?.own.pump());
  const contexts = createViewContexts({
    store,
    sending: (key) => keeper.engine()?.live.sending(key) ?? false,
    typing: () => typing,
  });
  const troubleNow = (): SyncStatus['storage'] => {
    const trouble = store.trouble();
    return trouble && { code: trouble.code, message: trouble.message };
  };
  const status = (): SyncStatus => ({
    connection: keeper.connection(),
    ...outboxCounts(store),
    lastSyncedAt: readSession(store)?.lastSyncedAt ?? null,
    firstSync: keeper.engine()?.firstSync() ?? null,
    storage: troubleNow(),
  });

  const broadcast = createBroadcast({
    context: contexts.orNull,
    emit,
    emitStatus: () => emit('status', status()),
    setBadge: (unread) => platform.setBadge(unread),
  });
  const typing = createTypingBoard(
    () => performance.now(),
    (conversation, thread) => broadcast.typing({ conversation, thread }),
  );
  const notifier = createNotifier({
    store,
    settings: () => readSettings(store, policies, platform.usual),
    languages: () => platform.languages?.() ?? [],
    now: platform.now,
    view: pages.view,
    show: (notification) =>
      platform.capabilities.notifications === 'host'
        ? platform.notify(notification, (reason) => emit('notify.refused', { reason }))
        : emit('notify', notification),
    withdraw: (ids) =>
      platform.capabilities.notifications === 'host' ? platform.withdraw(ids) : emit('notify.withdraw', { ids }),
  });
  const opened = createFiles(platform.dataDir, store, () => keeper.api());
  const allowed = enforcedPolicy(policies, 'AttachmentsEnabled') !== false;
  const { files, uploads, onFiles } = wireUploads({
    platform,
    store,
    allowed,
    keeper: () => keeper,
    broadcast,
    emit,
    opened,
    onDraft(place) {
      touchDraft({ store, now: platform.now() }, place);
      drafts.wrote();
    },
  });
  if (!allowed) opened.wipe();
  const exports = createExports({ platform, store, allowed, onState: (id, state) => emit('export.changed', { id, state }) });
  const keeper = createSessionKeeper({
    platform,
    store,
    onlyServer,
    policies,
    keepsSince,
    onSession(session) {
      typing.clear();
      emit('session', { session });
      broadcast.conversations([]);
      broadcast.status();
      reopen();
    },
    onWipe() {
      notifier.wipe();
      files.wipe();
      exports.wipe();
    },
    events: listenToEngine({
      emit,
      broadcast,
      notifier,
      typing,
      uploads,
      exports,
      files,
      draftsWrote: () => drafts.wrote(),
      alarmLook: () => alarm.look(),
      retentionLook: () => retention.look(),
      pumpOwn,
      tellSettings: () => tellSettings(),
      session: () => keeper.view(),
    }),
  });
  const ownTyping = createOwnTyping(platform.now, (conversation, thread, isTyping) =>
    keeper.engine()?.live.setTyping(conversation, thread, isTyping),
  );
  const hold = createHold({
    store,
    now: platform.now,
    holdMs: platform.holdMs,
    onReleased(rows) {
      for (const row of rows) broadcast.items(row, [row.key]);
      setImmediate(() => keeper.engine()?.pump());
    },
  });
  const drafts = createDraftSharing({
    store,
    now: platform.now,
    onShared: pumpOwn,
    onFailure: (error) => platform.log.warn('drafts-wait', { error: String(error) }),
  });
  const alarm = createAlarm({
    store,
    now: platform.now,
    me: () => readSession(store)?.account.id ?? null,
    onDue: (ids) => broadcast.conversations(ids),
    onFailure: (error) => platform.log.warn('alarm-failure', { error: String(error) }),
  });
  const storage = watchStorage(store, {
    onChange: () => broadcast.status(),
    onRight() {
      drafts.wrote();
      setImmediate(() => keeper.engine()?.pump());
    },
  });

  /** A new engine knows nothing of the threads that pages have open. */
  const reopen = (): void => {
    for (const place of pages.opened()) keeper.engine()?.live.open(place.conversation, place.thread);
  };

  const handlersOf = (page: OpenPage): Handlers =>
    createHandlers(
      {
        platform,
        policies,
        store,
        keeper,
        broadcast,
        notifier,
        files,
        uploads,
        exports,
        onFiles,
        ownTyping,
        drafts,
        alarm,
        hold,
        emit,
        context: contexts.get,
        status,
        server: serverNow,
        changeSettings,
      },
      page,
    );
  const tellSettings = (): void => {
    const settings = readSettings(store, policies, platform.usual);
    platform.settingsAre?.(settings);
    emit('settings', settings);
  };
  const changeSettings: Core['changeSettings'] = (change) => {
    writeSettings(store, change, platform.now());
    pumpOwn();
    tellSettings();
  };

  // Of what was taken away before a crash, and what was never saved.
  exports.wipe();
  files.sweep();
  const retention = createRetention({
    store,
    days: keptDays,
    now: platform.now,
    log: platform.log,
    isOpen: (conversation) => pages.opened().some((place) => place.conversation === conversation),
    forget(conversation) {
      const engine = keeper.engine();
      if (engine) return engine.forget(conversation);
      purgeConversation(store, conversation);
      files.sweep();
    },
    expireFiles: (before) => files.expire(before),
  });
  platform.settingsAre?.(readSettings(store, policies, platform.usual));
  // Before anything is shown: what came due while the app was closed.
  alarm.look();
  // Written when the app ended without a word.
  drafts.flush();
  keeper.start();
  uploads.look();
  if (keeper.view()) platform.setBadge(unreadMessages(store));
  return {
    rebuilt,
    attach: pages.attach,
    file(id) {
      allowFiles(policies);
      return files.get(id);
    },
    addFile(file, body) {
      allowFiles(policies);
      return uploads.add(file, body);
    },
    goTo: pages.goTo,
    menu: (command) => emit('menu', { command }),
    settings: () => readSettings(store, policies, platform.usual),
    changeSettings,
    actOn(id, act) {
      const commands = guardHandlers(handlersOf({ opened: [], setView: () => undefined }), policies);
      return actOnNotification({ notifier, commands, goTo: pages.goTo, log: platform.log }, id, act);
    },
    wake() {
      alarm.look();
      keeper.engine()?.retryNow();
      uploads.look();
    },
    async signIn(email, password) {
      if (!keeper.view() || keeper.connection().kind === 'signed-out')
        await keeper.signIn(serverNow(), { by: 'password', email, password });
    },
    async close() {
      storage.close();
      drafts.close();
      ownTyping.close();
      alarm.close();
      hold.close();
      uploads.close();
      exports.wipe();
      keeper.stopSignIn();
      keeper.stop();
      retention.stop();
      notifier.close();
      broadcast.close();
      typing.clear();
      pages.close();
      store.close();
    },
  };
}
