import type { SessionView } from '#shared/app-views.ts';
import { THREADS, type ThreadName } from '#shared/ids.ts';

import type { Exports } from './export/exports.ts';
import type { Files } from './files.ts';
import type { Notifier } from './notify/notifier.ts';
import type { EngineEvents } from './sync/engine-events.ts';
import type { Uploads } from './uploads/uploads.ts';
import type { Broadcast, Emit } from './views/broadcast.ts';
import type { TypingBoard } from './views/typing.ts';

/** What of the core hears of what the engine brings. */
export type Listeners = {
  emit: Emit;
  broadcast: Broadcast;
  notifier: Notifier;
  typing: TypingBoard;
  uploads: Uploads;
  exports: Exports;
  files: Files;
  draftsWrote: () => void;
  alarmLook: () => void;
  retentionLook: () => void;
  pumpOwn: () => void;
  tellSettings: () => void;
  session: () => SessionView | null;
};

/** Passes on what the engine tells: to the pages, to what notifies, and to what keeps files. */
export function listenToEngine(to: Listeners): Omit<EngineEvents, 'onFeed'> {
  const { emit, broadcast, notifier, uploads } = to;
  const left = (conversation: string, threads: readonly ThreadName[]): void => {
    notifier.gone(conversation, threads);
    to.exports.gone(conversation, threads);
    to.files.sweep();
    // Its draft goes from the other devices too.
    to.pumpOwn();
    if (threads.includes('all')) emit('conversation.gone', { conversation });
    else emit('thread.gone', { conversation, thread: 'team' });
    broadcast.conversations([conversation]);
    broadcast.status();
  };
  return {
    onChanges(changes) {
      broadcast.changed(changes);
      notifier.changed(changes.threads);
      if (changes.accepted.length > 0) uploads.accepted();
      notifier.arrived(changes.arrivals);
    },
    onConversations(ids) {
      broadcast.conversations(ids);
      to.retentionLook();
    },
    onGone: (conversation) => left(conversation, THREADS),
    onNotesGone: (conversation) => left(conversation, ['team']),
    onNotifications: (notifications) => notifier.told(notifications),
    onReadElsewhere: (conversation, thread, seq) => notifier.read(conversation, thread, seq),
    onMarked(ids) {
      broadcast.conversations(ids);
      to.alarmLook();
    },
    onDrafts(places) {
      for (const place of places) broadcast.draft(place);
      to.draftsWrote();
    },
    onOwnSettings() {
      emit('replies.changed', {});
      to.tellSettings();
    },
    onTyping: (conversation, thread, person, isTyping) => to.typing.set(conversation, thread, person, isTyping),
    onStates: (conversation, thread, keys) => broadcast.items({ conversation, thread }, keys),
    onAccount: () => emit('session', { session: to.session() }),
    onStatus() {
      broadcast.status();
      uploads.look();
    },
  };
}
