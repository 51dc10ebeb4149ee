import type { Handlers } from '#shared/contract.ts';

import { queueEdit, queueReaction, queueRemoval, takeBack, withoutFile } from './changing.ts';
import type { HandlerParts } from './handlers.ts';
import { discardMessage, queueMessage, retryMessage } from './outgoing.ts';
import { changedBy } from './storage/waiting-facts.ts';
import { createViewBuilder } from './views/view-builder.ts';

/** What one says and changes: all of it stands in the outbox when the answer comes, with or without a network. */
export function createMessageHandlers(
  parts: HandlerParts,
): Pick<
  Handlers,
  | 'message.send'
  | 'message.edit'
  | 'message.remove'
  | 'message.react'
  | 'message.undo'
  | 'message.release'
  | 'message.retry'
  | 'message.withoutFile'
  | 'message.discard'
> {
  const { platform, store, keeper, broadcast, hold, uploads, context } = parts;
  const pumpSoon = (): void => {
    setImmediate(() => keeper.engine()?.pump());
  };
  /** Without a network it waits anyway, and can be taken out of the queue. */
  const mayHold = (undoable: boolean): boolean => undoable && keeper.connection().kind === 'online';

  return {
    'message.send': ({ conversation, thread, text, mentions, attachments, files, replyTo, undoable }) => {
      context();
      const key = store.transact(() => {
        const queued = queueMessage(
          store,
          { conversation, thread },
          { text, mentions, attachments, files, replyTo },
          platform.now(),
        );
        if (mayHold(undoable)) hold.hold(queued);
        return queued;
      });
      parts.ownTyping.set(conversation, thread, false);
      broadcast.items({ conversation, thread }, [key]);
      if (files.length > 0) {
        parts.onFiles({ conversation, thread });
        // Before it goes out: what has lain at the server for too long is sent anew.
        uploads.look();
      }
      pumpSoon();
      return { key };
    },
    'message.edit': ({ of, text, mentions, ...place }) => {
      context();
      const key = queueEdit(store, place, { of, text, mentions }, platform.now());
      broadcast.items(place, [of]);
      pumpSoon();
      return { key };
    },
    'message.remove': ({ of, undoable, ...place }) => {
      context();
      const key = store.transact(() => {
        const queued = queueRemoval(store, place, of, platform.now());
        if (queued !== null && mayHold(undoable)) hold.hold(queued);
        return queued;
      });
      if (key === null) {
        hold.forget(of);
        uploads.settle();
        parts.onFiles(place);
        broadcast.items(place, [], [of]);
        broadcast.conversations([place.conversation]);
      } else broadcast.items(place, [of]);
      pumpSoon();
      return { key };
    },
    'message.react': ({ to, emoji, on, ...place }) => {
      context();
      const key = queueReaction(store, place, { to, emoji, on }, platform.now());
      broadcast.items(place, [to]);
      pumpSoon();
      return { key };
    },
    'message.undo': ({ key }) => {
      const { place, fact } = takeBack(store, key);
      hold.forget(key);
      const build = createViewBuilder(context());
      if (fact.kind === 'remove') broadcast.items(place, [fact.of]);
      else broadcast.items(place, [], [key]);
      parts.onFiles(place);
      broadcast.conversations([place.conversation]);
      // What stood behind it may go out.
      pumpSoon();
      if (fact.kind === 'remove') return { kind: 'remove' };
      return {
        kind: 'message',
        text: fact.text,
        mentions: fact.mentions.map((account) => build.person(account)),
        attachments: fact.attachments,
        replyTo: build.reply(place, fact.replyTo ?? null),
      };
    },
    'message.release': () => {
      hold.release();
      return {};
    },
    'message.retry': ({ key, text, mentions, without }) => {
      const place = retryMessage(store, key, text, platform.now(), without, mentions);
      uploads.settle();
      parts.onFiles(place);
      uploads.look();
      broadcast.items(place, [key]);
      broadcast.conversations([place.conversation]);
      keeper.engine()?.pump();
      return {};
    },
    'message.withoutFile': ({ key, file }) => {
      context();
      const { place, left } = withoutFile(store, key, file);
      if (left === 'nothing') hold.forget(key);
      uploads.settle();
      parts.onFiles(place);
      if (left === 'nothing') broadcast.items(place, [], [key]);
      else broadcast.items(place, [key]);
      broadcast.conversations([place.conversation]);
      // It, or what stood behind it, may go out.
      pumpSoon();
      return { left };
    },
    'message.discard': ({ key }) => {
      const changed = changedBy(store, key);
      const place = discardMessage(store, key);
      hold.forget(key);
      uploads.settle();
      parts.onFiles(place);
      if (changed === null) broadcast.items(place, [], [key]);
      else broadcast.items(place, [changed]);
      broadcast.conversations([place.conversation]);
      return {};
    },
  };
}
