import { AppError } from '#shared/errors.ts';
import type { ThreadName } from '#shared/ids.ts';
import type { ThreadFile } from '#shared/thread-views.ts';
import type { ThreadPage, ThreadSnapshot } from '#shared/views.ts';

import { countAbove, readConversation, readUpTo } from '../storage/conversations.ts';
import { isBehind } from '../storage/documents.ts';
import { readDraft } from '../storage/drafts.ts';
import {
  firstUnread,
  itemsAfter,
  itemsBefore,
  itemsWithFiles,
  lastSeq,
  queuedItems,
  type ItemRow,
} from '../storage/thread-rows.ts';
import { openUploads, viewOfUpload } from '../storage/upload-rows.ts';
import { draftShared } from './draft-view.ts';
import { createViewBuilder, type ViewContext } from './view-builder.ts';

type Place = { conversation: string; thread: ThreadName };

/** How much of a page stands before the place at which a thread is opened. */
const LEAD = 1 / 3;

/** @throws AppError not-found */
export function threadSnapshot(context: ViewContext, place: Place, at: number | undefined, limit: number): ThreadSnapshot {
  const { store, me } = context;
  const record = readConversation(store, place.conversation);
  if (!record) throw new AppError('not-found', 'This conversation isn’t on this computer any more.');
  const readSeq = readUpTo(store, record, place.thread, me);
  const build = createViewBuilder(context);
  const draft = readDraft(store, place);
  const unreadFrom = firstUnread(store, place, readSeq, me);
  return {
    conversation: build.conversation(record, place.thread),
    thread: place.thread,
    page: pageAround(context, place, at ?? unreadFrom, limit),
    firstUnread: unreadFrom,
    unread: countAbove(store, place.conversation, place.thread, readSeq, me),
    lastSeq: lastSeq(store, place),
    readSeq,
    draft: draft.text,
    draftAround: {
      mentions: draft.mentions.map((account) => build.person(account)),
      replyTo: build.reply(place, draft.replyTo),
      caret: draft.caret,
      files: openUploads(store, place).map(viewOfUpload),
    },
    draftShared: draftShared(context, place),
    typing: context.typing(place.conversation, place.thread),
    loading: isBehind(store, place.conversation, place.thread),
  };
}

function pageAround(context: ViewContext, place: Place, at: number | null, limit: number): ThreadPage {
  if (at === null) return threadPage(context, place, { limit });
  const lead = Math.floor(limit * LEAD);
  const older = itemsBefore(context.store, place, at, lead + 1);
  const newer = itemsAfter(context.store, place, at - 1, limit - lead + 1);
  const before = older.length > lead;
  const after = newer.length > limit - lead;
  return finish(context, place, [...(before ? older.slice(1) : older), ...(after ? newer.slice(0, -1) : newer)], before, after);
}

/** A page of what is on this machine. Without `before` and `after`: the end. */
export function threadPage(
  context: ViewContext,
  place: Place,
  wanted: { before?: number | undefined; after?: number | undefined; limit: number },
): ThreadPage {
  const { limit } = wanted;
  if (wanted.after !== undefined) {
    const rows = itemsAfter(context.store, place, wanted.after, limit + 1);
    const more = rows.length > limit;
    const before = itemsBefore(context.store, place, wanted.after + 1, 1).length > 0;
    return finish(context, place, more ? rows.slice(0, limit) : rows, before, more);
  }
  const rows = itemsBefore(context.store, place, wanted.before ?? Number.MAX_SAFE_INTEGER, limit + 1);
  const more = rows.length > limit;
  const after = wanted.before !== undefined && itemsAfter(context.store, place, wanted.before - 1, 1).length > 0;
  return finish(context, place, more ? rows.slice(1) : rows, more, after);
}

function finish(context: ViewContext, place: Place, rows: ItemRow[], before: boolean, after: boolean): ThreadPage {
  const build = createViewBuilder(context);
  const queued = after ? [] : queuedItems(context.store, place);
  return { items: [...rows, ...queued].map((row) => build.item(row)), before, after };
}

/** The files of a thread, newest first; `limit` counts messages. */
export function threadFiles(context: ViewContext, place: Place, limit: number): ThreadFile[] {
  const build = createViewBuilder(context);
  return itemsWithFiles(context.store, place, limit).flatMap((row): ThreadFile[] => {
    const item = build.item(row);
    if (item.kind !== 'message') return [];
    const { key, seq, author } = item;
    return item.attachments.toReversed().map((file) => ({ file, key, seq, author, at: item.acceptedAt ?? item.sentAt }));
  });
}
