import type { Settings, SyncStatus } from '#shared/app-views.ts';
import type { Handlers } from '#shared/contract.ts';
import { AppError } from '#shared/errors.ts';
import type { ThreadName } from '#shared/ids.ts';
import type { PoliciesView } from '#shared/policies.ts';

import { createAccountHandlers } from './account-handlers.ts';
import { createExportHandlers } from './export-handlers.ts';
import type { Exports } from './export/exports.ts';
import { createFileHandlers } from './file-handlers.ts';
import type { Files } from './files.ts';
import type { Hold } from './hold.ts';
import { createMessageHandlers } from './message-handlers.ts';
import type { Notifier } from './notify/notifier.ts';
import { queueTeamFact, type TeamFact } from './outgoing.ts';
import type { OwnTyping } from './own-typing.ts';
import type { Alarm } from './own/alarm.ts';
import type { DraftSharing } from './own/draft-sharing.ts';
import { meetConversation } from './own/marks.ts';
import { writeDraft } from './own/shared-drafts.ts';
import { createPeopleHandlers } from './people-handlers.ts';
import type { Platform } from './platform.ts';
import type { SessionKeeper } from './session-keeper.ts';
import { mayKeepDraft, readConversation, refreshConversation } from './storage/conversations.ts';
import type { Store } from './storage/database.ts';
import { putCannedReply, readCannedReplies, removeCannedReply } from './storage/person-settings.ts';
import { addReadToTell, raiseCursor } from './storage/reads.ts';
import { readSession, readSettings } from './storage/session.ts';
import { assignable, mayReadTeam } from './storage/team-rows.ts';
import { firstSince, itemByKey, lastSeq } from './storage/thread-rows.ts';
import type { Uploads } from './uploads/uploads.ts';
import type { Broadcast, Emit } from './views/broadcast.ts';
import { findForPalette } from './views/palette-view.ts';
import { queueItems } from './views/queue-view.ts';
import { search } from './views/search-view.ts';
import { threadFiles, threadPage, threadSnapshot } from './views/thread-view.ts';
import type { ViewContext } from './views/view-builder.ts';
import { createWorkHandlers } from './work-handlers.ts';

type Place = { conversation: string; thread: ThreadName };
export type ViewState = { focused: boolean; open: Place | null };

export type HandlerParts = {
  platform: Platform;
  policies: PoliciesView;
  store: Store;
  keeper: SessionKeeper;
  broadcast: Broadcast;
  notifier: Notifier;
  files: Files;
  uploads: Uploads;
  exports: Exports;
  /** Files of a draft, or of messages that wait, changed. */
  onFiles: (place: Place) => void;
  ownTyping: OwnTyping;
  drafts: DraftSharing;
  hold: Hold;
  alarm: Alarm;
  emit: Emit;
  /** @throws AppError sign-in-required when nobody ever signed in here. */
  context: () => ViewContext;
  status: () => SyncStatus;
  server: () => string;
  /** Keeps these, and tells the host and all pages. */
  changeSettings: (change: Partial<Settings>) => void;
};

/** What one page may ask for. `opened` and `view` are that page's own. */
export function createHandlers(parts: HandlerParts, page: { opened: Place[]; setView: (view: ViewState) => void }): Handlers {
  const { platform, store, keeper, broadcast, context } = parts;
  const openedAt = (place: Place): number =>
    page.opened.findIndex((one) => one.conversation === place.conversation && one.thread === place.thread);
  const close = (place: Place): void => {
    const index = openedAt(place);
    if (index < 0) return;
    page.opened.splice(index, 1);
    broadcast.closed(place);
    keeper.engine()?.live.close(place.conversation, place.thread);
  };

  const onOwn = (): void => {
    setImmediate(() => keeper.engine()?.own.pump());
  };

  /** What this person marked is to be sent, and may have moved when something comes back. */
  const onMarked = (): void => {
    parts.alarm.look();
    onOwn();
  };

  const say = (conversation: string, fact: TeamFact): { key: string } => {
    context();
    const key = queueTeamFact(store, conversation, fact, platform.now());
    broadcast.conversations([conversation]);
    broadcast.status();
    setImmediate(() => keeper.engine()?.pump());
    return { key };
  };

  return {
    'app.start': () => ({
      version: platform.version,
      capabilities: platform.capabilities,
      session: keeper.view(),
      status: parts.status(),
      settings: readSettings(store, parts.policies, platform.usual),
      policies: parts.policies,
      server: parts.server(),
    }),
    'session.methods': async ({ server }) => {
      const { password, oidc } = await keeper.methods(server);
      return { password, oidc: oidc && { name: oidc.name } };
    },
    'session.signIn': ({ server, email, password }) => keeper.signIn(server, { by: 'password', email, password }),
    'session.signInByBrowser': ({ server }) => keeper.signIn(server, { by: 'oidc' }),
    'session.stopSignIn': () => {
      keeper.stopSignIn();
      return {};
    },
    'session.signOut': async ({ wipe }) => {
      await keeper.signOut(wipe);
      return {};
    },
    'settings.set': (changes) => {
      const defined = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
      parts.changeSettings(defined);
      return readSettings(store, parts.policies, platform.usual);
    },

    ...createAccountHandlers(parts),
    ...createPeopleHandlers(keeper),
    ...createWorkHandlers({ ...parts, onMarked }),

    'thread.open': ({ conversation, thread, at, limit }) => {
      const record = thread === 'team' ? readConversation(store, conversation) : null;
      if (record && !mayReadTeam(record, readSession(store)!.account.role)) {
        throw new AppError('forbidden', 'Only the agency’s staff can read notes.');
      }
      const snapshot = threadSnapshot(context(), { conversation, thread }, at, limit);
      if (meetConversation({ store, me: context().me, now: platform.now() }, conversation)) {
        broadcast.conversations([conversation]);
        onMarked();
      }
      const place = { conversation, thread };
      // A page that goes elsewhere in its thread opens it again, and closes it once.
      const isNew = openedAt(place) < 0;
      if (isNew) {
        page.opened.push(place);
        broadcast.opened(place);
      }
      // After the answer: nothing of the network stands between a click and the page.
      setImmediate(() => {
        if (isNew) keeper.engine()?.live.open(conversation, thread);
        keeper.engine()?.hurry(conversation, thread);
      });
      return snapshot;
    },
    'thread.close': (place) => {
      close(place);
      parts.drafts.flush();
      return {};
    },
    'thread.page': ({ conversation, thread, before, after, limit }) =>
      threadPage(context(), { conversation, thread }, { before, after, limit }),
    'thread.at': ({ at, ...place }) => {
      context();
      return { seq: firstSince(store, place, at) };
    },
    'thread.find': ({ key, ...place }) => ({ seq: itemByKey(store, place, key)?.seq ?? null }),
    'thread.files': ({ limit, ...place }) => ({ files: threadFiles(context(), place, limit) }),
    'thread.seen': ({ conversation, thread, seq }) => {
      const { me } = context();
      const upTo = Math.min(seq, lastSeq(store, { conversation, thread }));
      const rose = store.transact(() => {
        if (!readConversation(store, conversation)) return false;
        if (!raiseCursor(store, conversation, thread, me, upTo, platform.now())) return false;
        addReadToTell(store, { conversation, thread, seq: upTo });
        refreshConversation(store, conversation, me);
        return true;
      });
      if (rose) {
        broadcast.conversations([conversation]);
        parts.notifier.read(conversation, thread, upTo);
        keeper.engine()?.tellReads();
      }
      return {};
    },

    ...createMessageHandlers(parts),
    ...createFileHandlers(parts),
    ...createExportHandlers(parts),
    'replies.list': () => ({ replies: readCannedReplies(store) }),
    'replies.put': (reply) => {
      putCannedReply(store, reply, platform.now());
      onOwn();
      return {};
    },
    'replies.remove': ({ id }) => {
      removeCannedReply(store, id, platform.now());
      onOwn();
      return {};
    },

    'team.assign': ({ conversation, to }) => say(conversation, { kind: 'assign', to }),
    'team.label': ({ conversation, name, on }) => say(conversation, { kind: 'label', name, on }),
    'team.resolve': ({ conversation, on }) => say(conversation, { kind: 'resolve', on }),
    'team.people': ({ conversation }) => {
      context();
      const record = readConversation(store, conversation);
      return { people: record ? assignable(store, record) : [] };
    },

    'job.act': async ({ conversation, action }) => {
      context();
      const api = keeper.api();
      if (!api) throw new AppError('sign-in-required', 'Sign in first.');
      // What it leads to comes as to everybody else, by the thread and the feed.
      await api.jobAction(conversation, action);
      return {};
    },

    'draft.set': ({ conversation, thread, over, aside, ...draft }) => {
      const session = readSession(store);
      const record = readConversation(store, conversation);
      // It was taken away in this moment: the page shows what was not sent, and nothing of it stays here.
      if (!session || !record || !mayKeepDraft(store, record, thread)) return {};
      const here = { store, lease: session.clientId, now: platform.now() };
      const { done, setAside } = writeDraft(here, { conversation, thread }, draft, { over, aside });
      if (done === 'changed') parts.drafts.wrote();
      else if (done === 'cleared') onOwn();
      if (setAside) broadcast.draft({ conversation, thread });
      else if (done !== 'same') broadcast.conversations([conversation]);
      return {};
    },
    'typing.set': ({ conversation, thread, typing }) => {
      parts.ownTyping.set(conversation, thread, typing);
      return {};
    },

    search: ({ query, offset, limit }) => search(context(), query, offset, limit),
    'palette.find': (asked) => findForPalette(context(), { ...asked, now: parts.platform.now() }),
    'queue.list': () => ({ items: queueItems(context()) }),
    'sync.retry': () => {
      keeper.engine()?.retryNow();
      return {};
    },
    'sync.pause': ({ paused }) => {
      keeper.engine()?.pause(paused);
      return {};
    },

    'view.state': (view) => {
      page.setView(view);
      if (!view.focused) parts.drafts.flush();
      return {};
    },
    'link.open': async ({ url }) => {
      const parsed = URL.canParse(url) ? new URL(url) : null;
      if (!parsed || !['http:', 'https:', 'mailto:', 'tel:'].includes(parsed.protocol)) {
        throw new AppError('bad-request', 'Links of this kind aren’t opened.');
      }
      await platform.openLink(parsed.href);
      return {};
    },
  };
}
