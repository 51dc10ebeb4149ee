import type { Handlers } from '#shared/contract.ts';
import { folded, ranker } from '#shared/ranking.ts';
import type { PaletteFound } from '#shared/search-views.ts';
import type { ThreadItem } from '#shared/views.ts';

import { timeOf } from '../thread/thread-rows.ts';
import type { FakeConversations } from './fake-conversations.ts';
import { clientOf, titleOf, workerOf } from './fake-data.ts';

type Result = Awaited<ReturnType<Handlers['search']>>;

function lastTime(items: readonly ThreadItem[]): number {
  const last = items.at(-1);
  return last ? timeOf(last) : 0;
}

/** Plain search through the first conversations of a fake core. */
export function searchIn(
  made: FakeConversations,
  count: number,
  asked: { query: string; offset: number; limit: number },
): Result {
  const { query, offset, limit } = asked;
  const wanted = query.toLocaleLowerCase();
  const mark = (text: string): { text: string; marks: [number, number][] } => {
    const at = text.toLocaleLowerCase().indexOf(wanted);
    return { text, marks: at < 0 ? [] : [[at, at + wanted.length]] };
  };
  const conversations: Result['conversations'] = [];
  const messages: Result['messages'] = [];
  for (let number = 0; number < Math.min(count, 60); number++) {
    const title = mark(titleOf(number));
    const people = mark(`${clientOf(number).name}, ${workerOf(number).name}`);
    if (offset === 0 && conversations.length < 5 && title.marks.length + people.marks.length > 0)
      conversations.push({ conversation: `c${number}`, title, people, at: lastTime(made.get(`c${number}`).items) });
    for (const item of made.get(`c${number}`).items) {
      if (item.kind !== 'message' || !item.text.toLocaleLowerCase().includes(wanted)) continue;
      messages.push({
        conversation: `c${number}`,
        thread: 'all',
        key: item.key,
        seq: item.seq,
        jobTitle: titleOf(number),
        author: item.author,
        at: item.sentAt,
        excerpt: mark(item.text),
      });
    }
  }
  return { conversations, messages: messages.slice(offset, offset + limit), more: messages.length > offset + limit };
}

/** People and jobs of a fake core by their names. */
export function findIn(made: FakeConversations, count: number, asked: { query: string; person: string | null }): PaletteFound {
  const rank = ranker(asked.query);
  const jobs: PaletteFound['jobs'] = [];
  const people = new Map<string, PaletteFound['people'][number]>();
  for (let number = 0; number < Math.min(count, 60); number++) {
    const conversation = `c${number}`;
    const theirs = [clientOf(number), workerOf(number)];
    const { title, status } = made.get(conversation).view.job;
    const names = theirs.map(({ name }) => name);
    const text = asked.person === null ? [title, ...names].join('\n') : title;
    if (asked.person !== null && !theirs.some(({ id }) => id === asked.person)) continue;
    if (rank(folded(text)) > 0 && jobs.length < 8) jobs.push({ conversation, title, status, number, people: names });
    for (const one of theirs)
      if (asked.person === null && rank(folded(one.name)) > 0)
        people.set(one.id, { ...one, conversations: (people.get(one.id)?.conversations ?? 0) + 1 });
  }
  return { people: [...people.values()].slice(0, 5), jobs };
}
