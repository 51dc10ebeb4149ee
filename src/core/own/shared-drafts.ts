import type { ThreadName } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';
import { draftKey, draftValue, type DraftValue } from '#shared/own.ts';

import type { Store } from '../storage/database.ts';
import { changedDrafts, putDraft, readDraft, type Draft, type DraftRow } from '../storage/drafts.ts';
import { fitsOwn, ownLength, readOwn, writeOwn } from '../storage/own-values.ts';
import { draftUploads } from '../storage/upload-rows.ts';

type Place = { conversation: string; thread: ThreadName };
/** `lease`: this device's client id. */
export type Here = { store: Store; lease: number; now: number };

const NOTHING: DraftValue = { text: '', mentions: [], replyTo: null, files: {}, over: 0 };
/** Words that were put aside twice are there once, and never more than this. */
const MOST_ASIDE = LIMITS.textLength * 2;

function held(store: Store, { conversation, thread }: Place): { value: DraftValue; at: number } {
  const entry = readOwn(store, draftKey(conversation, thread));
  return { value: draftValue.parse(entry?.value ?? null) ?? NOTHING, at: entry?.at ?? 0 };
}

const isEmpty = (draft: Pick<Draft, 'text' | 'replyTo'>): boolean => draft.text === '' && draft.replyTo === null;

function sameWords(one: Omit<Draft, 'caret'>, other: Omit<Draft, 'caret'>): boolean {
  return one.text === other.text && one.replyTo === other.replyTo && one.mentions.join() === other.mentions.join();
}

/** Puts words aside that `beside` doesn't hold. */
function putAside(aside: string | null, words: string, beside: string): string | null {
  if (words.trim() === '' || beside.includes(words) || aside?.includes(words)) return aside;
  const both = aside === null || words.includes(aside) ? words : `${aside}\n\n${words}`;
  return both.length > MOST_ASIDE ? words : both;
}

/**
 * What somebody writes here; durable when it returns, words on the disk too. `over`: the `adopted` of the row as the page had it; when another device's words came
 * in between, these are put aside. Returns `cleared` when nothing is left of it, which the other devices are to know at once.
 */
export function writeDraft(
  here: Here,
  place: Place,
  draft: Draft,
  { over, aside }: { over: number | null; aside: 'keep' | 'drop' },
): { done: 'same' | 'changed' | 'cleared'; setAside: boolean } {
  const { store, now } = here;
  // That nothing is left need not be on the disk at once: a sent message's acceptance comes in just then, and would wait for it. After a
  // power cut its words may stand in the field again.
  return store[isEmpty(draft) ? 'transactRepeatable' : 'transact'](() => {
    const row = readDraft(store, place);
    const missed = over !== null && over !== row.adopted;
    const kept = aside === 'drop' ? null : row.aside;
    const same = sameWords(row, draft);
    const next: DraftRow = {
      ...row,
      ...draft,
      adopted: over ?? row.adopted,
      changed: same ? row.changed : now,
      aside: missed ? putAside(kept, row.text, draft.text) : kept,
    };
    putDraft(store, place, next);
    const setAside = next.aside !== kept;
    if (same) return { done: 'same', setAside };
    if (!isEmpty(draft)) return { done: 'changed', setAside };
    shareDraft(here, place);
    return { done: 'cleared', setAside };
  });
}

/** Its files are others. */
export function touchDraft({ store, now }: Omit<Here, 'lease'>, place: Place): void {
  store.transact(() => {
    const row = readDraft(store, place);
    if (!isEmpty(row)) putDraft(store, place, { ...row, changed: now });
  });
}

/** Writes all that was written here into the own document. Returns whether there was any. */
export function shareDrafts(here: Here): boolean {
  const places = changedDrafts(here.store);
  if (places.length === 0) return false;
  return here.store.transact(() => places.map((place) => shareDraft(here, place)).some(Boolean));
}

/** What is too large for it stays here, and is written once it is smaller. */
function shareDraft({ store, lease }: Here, place: Place): boolean {
  const row = readDraft(store, place);
  if (row.changed === null) return false;
  const { value, at } = held(store, place);
  const settled = (seen: number): void => putDraft(store, place, { ...row, changed: null, seen });
  const { [lease]: own, ...others } = value.files;
  const count = draftUploads(store, place).length;
  const files: DraftValue['files'] = isEmpty(row) ? {} : { ...others, ...(count > 0 ? { [lease]: count } : {}) };
  if (sameWords(row, value) && (own ?? 0) === (files[lease] ?? 0)) {
    settled(at);
    return false;
  }
  const { text, mentions, replyTo } = row;
  const next: DraftValue = { text, mentions, replyTo, files, over: at };
  const grows = JSON.stringify(next).length - JSON.stringify(value).length;
  if (!fitsOwn(next) || (grows > 0 && ownLength(store, 'draft/') + grows > LIMITS.ownDraftsLength)) return false;
  const key = draftKey(place.conversation, place.thread);
  writeOwn(store, key, next, row.changed);
  settled(readOwn(store, key)!.at);
  return true;
}

/**
 * The own document has another draft now. It takes the place of what is here, unless somebody is writing that: then it is put aside, and
 * what is written goes out later. Words of this device that its writer had not seen are put aside as well; where it only says that the
 * draft is gone, they stay. Part of a transaction. Returns whether anything is to be shown anew.
 */
export function takeDraft(store: Store, place: Place): boolean {
  const { value, at } = held(store, place);
  const row = readDraft(store, place);
  if (at <= row.seen) return false;
  if (row.changed !== null) {
    putDraft(store, place, { ...row, seen: at, aside: putAside(row.aside, value.text, row.text) });
    return true;
  }
  // Its last words were this device's own, and whoever wrote there didn't know them.
  const unseen = row.seen !== row.adopted && value.over < row.seen && !value.text.includes(row.text);
  if (unseen && isEmpty(value)) {
    putDraft(store, place, { ...row, seen: at, changed: at + 1 });
    return true;
  }
  const { text, mentions, replyTo } = value;
  const shown = !sameWords(row, value);
  const aside = unseen ? putAside(row.aside, row.text, text) : row.aside;
  putDraft(store, place, { text, mentions, replyTo, caret: null, changed: null, seen: at, adopted: at, aside });
  return shown || Object.keys(value.files).length > 0;
}

/** Nothing of it is to stay anywhere: its writer may not read that thread any more. Part of a transaction. */
export function forgetDraft(store: Store, place: Place): void {
  const { value, at } = held(store, place);
  if (!isEmpty(value)) writeOwn(store, draftKey(place.conversation, place.thread), { ...NOTHING, over: at }, at);
}

/** How many files of this draft lie on other devices. */
export function filesElsewhere({ store, lease }: Omit<Here, 'now'>, place: Place): number {
  const { [lease]: _, ...others } = held(store, place).value.files;
  return Object.values(others).reduce((sum, count) => sum + count, 0);
}
