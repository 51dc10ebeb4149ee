import type { ThreadName } from '#shared/ids.ts';
import type { Notification } from '#shared/notifications.ts';

import type { Changes } from '../projection/apply.ts';
import type { FeedState } from './feed.ts';

/** What the engine tells the rest of the core. */
export type EngineEvents = {
  onChanges(changes: Changes): void;
  /** Records, cursors or own entries of these conversations changed. */
  onConversations(ids: string[]): void;
  /** What this person keeps of these came from another of their devices, or was settled. */
  onMarked(ids: string[]): void;
  /** Drafts of these threads came from another of their devices. */
  onDrafts(places: { conversation: string; thread: ThreadName }[]): void;
  /** Settings or canned replies did. */
  onOwnSettings(): void;
  onGone(conversation: string): void;
  /** The agency's notes on it were taken away. */
  onNotesGone(conversation: string): void;
  onNotifications(notifications: readonly Notification[]): void;
  onReadElsewhere(conversation: string, thread: ThreadName, seq: number): void;
  onTyping(conversation: string, thread: ThreadName, person: { account: string; name: string }, typing: boolean): void;
  /** The state of own entries changed without a new row: sending, not sent. */
  onStates(conversation: string, thread: ThreadName, keys: string[]): void;
  /** The own account changed. */
  onAccount(): void;
  onFeed(state: FeedState): void;
  onStatus(): void;
};
