import type { Fact } from '#shared/facts.ts';
import type { QueueItem } from '#shared/views.ts';

import { readConversation } from '../storage/conversations.ts';
import { outboxEntries } from '../storage/outbox.ts';
import { createViewBuilder, type ViewBuilder, type ViewContext } from './view-builder.ts';

/** All that waits to be sent, and what was not sent, in the order of the queue. */
export function queueItems(context: ViewContext): QueueItem[] {
  const build = createViewBuilder(context);
  return outboxEntries(context.store).map((row): QueueItem => {
    const fact = JSON.parse(row.fact) as Fact;
    const { kind } = fact;
    return {
      key: row.key,
      kind,
      conversation: row.conversation,
      thread: row.thread,
      jobTitle: readConversation(context.store, row.conversation)?.job.title ?? '',
      text: textOf(fact, build),
      attachments: fact.kind === 'message' ? fact.attachments.length : 0,
      sentAt: fact.sentAt ?? 0,
      state: build.state({ seq: null, rule: row.rule, key: row.key, held: row.held }),
    };
  });
}

function textOf(fact: Fact, build: ViewBuilder): string {
  switch (fact.kind) {
    case 'message':
      return fact.text;
    case 'edit':
      return `Edit: ${fact.text}`;
    case 'remove':
      return 'Remove a message';
    case 'react':
      return fact.on ? `React with ${fact.emoji}` : `Take away the reaction ${fact.emoji}`;
    case 'assign':
      return fact.to === null ? 'Assign to nobody' : `Assign to ${build.person(fact.to).name}`;
    case 'label':
      return `${fact.on ? 'Add' : 'Take away'} the label “${fact.name}”`;
    case 'resolve':
      return fact.on ? 'Resolve' : 'Open again';
  }
}
