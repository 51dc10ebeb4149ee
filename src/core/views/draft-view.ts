import type { ThreadName } from '#shared/ids.ts';
import type { DraftNews, DraftShared } from '#shared/views.ts';

import { filesElsewhere } from '../own/shared-drafts.ts';
import { readDraft } from '../storage/drafts.ts';
import { readSession } from '../storage/session.ts';
import { createViewBuilder, type ViewContext } from './view-builder.ts';

type Place = { conversation: string; thread: ThreadName };

/** How a draft stands towards this person's other devices. */
export function draftShared({ store }: ViewContext, place: Place): DraftShared {
  const { adopted, aside } = readDraft(store, place);
  return { adopted, aside, filesElsewhere: filesElsewhere({ store, lease: readSession(store)!.clientId }, place) };
}

/** A draft as it is now. */
export function draftNews(context: ViewContext, place: Place): DraftNews {
  const build = createViewBuilder(context);
  const { text, mentions, replyTo } = readDraft(context.store, place);
  return {
    conversation: place.conversation,
    thread: place.thread,
    text,
    mentions: mentions.map((account) => build.person(account)),
    replyTo: build.reply(place, replyTo),
    shared: draftShared(context, place),
  };
}
