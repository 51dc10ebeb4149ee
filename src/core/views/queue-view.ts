import type { QueuedWork, QueueItem } from '#shared/app-views.ts';
import type { Fact } from '#shared/facts.ts';

import { readConversation } from '../storage/conversations.ts';
import { outboxEntries } from '../storage/outbox.ts';
import { createViewBuilder, type ViewBuilder, type ViewContext } from './view-builder.ts';

/** All that waits to be sent, and what was not sent, in the order of the queue. The page has the words for it. */
export function queueItems(context: ViewContext): QueueItem[] {
  const build = createViewBuilder(context);
  return outboxEntries(context.store).map((row): QueueItem => {
    const fact = JSON.parse(row.fact) as Fact;
    return {
      key: row.key,
      work: workOf(fact, build),
      conversation: row.conversation,
      thread: row.thread,
      jobTitle: readConversation(context.store, row.conversation)?.job.title ?? '',
      sentAt: fact.sentAt ?? 0,
      state: build.state({ seq: null, rule: row.rule, key: row.key, held: row.held }),
    };
  });
}

function workOf(fact: Fact, build: ViewBuilder): QueuedWork {
  switch (fact.kind) {
    case 'message':
      return { kind: 'message', text: fact.text, files: fact.attachments.map((file) => build.attachment(file)) };
    case 'edit':
      return { kind: 'edit', text: fact.text };
    case 'remove':
      return { kind: 'remove' };
    case 'react':
      return { kind: 'react', emoji: fact.emoji, on: fact.on };
    case 'assign':
      return { kind: 'assign', to: fact.to === null ? null : build.person(fact.to).name };
    case 'label':
      return { kind: 'label', name: fact.name, on: fact.on };
    case 'resolve':
      return { kind: 'resolve', on: fact.on };
  }
}
