import type { SearchResult } from '#shared/search-views.ts';

import { excerptOf, marksIn, termsOf } from '../projection/words.ts';
import { parseRecord, readConversation } from '../storage/conversations.ts';
import { findConversations, findMessages } from '../storage/search-rows.ts';
import { createViewBuilder, type ViewContext } from './view-builder.ts';

const CONVERSATIONS = 8;

/** Over people, job titles and message text of everything on this machine. */
export function search(context: ViewContext, query: string, offset: number, limit: number): SearchResult {
  const terms = termsOf(query);
  const found = findMessages(context.store, terms, offset, limit + 1);
  const build = createViewBuilder(context);
  const titles = new Map<string, string>();
  const titleOf = (id: string): string => {
    const title = titles.get(id) ?? readConversation(context.store, id)?.job.title ?? '';
    titles.set(id, title);
    return title;
  };
  // In titles and names every term matches anywhere, so it is marked anywhere.
  const anywhere = terms.map((term) => ({ ...term, unspaced: true }));
  const conversations = offset > 0 ? [] : findConversations(context.store, terms, CONVERSATIONS);
  return {
    conversations: conversations.map(({ id, record, at }) => {
      const { job, participants } = parseRecord(record);
      const people = participants.map((person) => person.name).join(' · ');
      return {
        conversation: id,
        title: { text: job.title, marks: marksIn(job.title, anywhere) },
        people: { text: people, marks: marksIn(people, anywhere) },
        at,
      };
    }),
    messages: found.slice(0, limit).map((row) => ({
      conversation: row.conversation,
      thread: row.thread,
      key: row.key,
      seq: row.seq,
      jobTitle: titleOf(row.conversation),
      author: build.person(row.author!),
      excerpt: excerptOf(row.text, terms),
      at: row.accepted_at ?? row.sent_at,
    })),
    more: found.length > limit,
  };
}
