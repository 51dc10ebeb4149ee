import type { EntryKey } from '#shared/ids.ts';
import type { StructId } from '#shared/update-codec.ts';

import type { PlannedEntry, PlannedMessage, ThreadPlan } from './plan-thread.ts';

type Reaction = ThreadPlan['reactions'][number];

/** What a thread's entries come to: messages in their present state, and who reacts to them. */
export class Outcome {
  private readonly byKey = new Map<EntryKey, PlannedMessage & { edits: PlannedEntry[]; reactions: Map<string, Reaction> }>();

  /** Takes an entry in, in its order. Gives the structs that lose their content by it: a removed message and its edits. */
  apply(entry: PlannedEntry): StructId[] {
    const { fact, account, seq, at } = entry;
    if (fact.kind === 'message') {
      this.byKey.set(entry.key, { entry, fact, editedAt: null, removedAt: null, edits: [], reactions: new Map() });
      return [];
    }
    const target = entry.target === null ? undefined : this.byKey.get(entry.target);
    if (!target) throw new Error(`${entry.key} speaks of a message that is not before it`);
    if (fact.kind === 'edit') {
      target.fact = { ...target.fact, text: fact.text, mentions: fact.mentions };
      target.editedAt = at;
      target.edits.push(entry);
    } else if (fact.kind === 'react') {
      const place = `${account}/${fact.emoji}`;
      if (fact.on) target.reactions.set(place, { message: target.entry.seq, account, emoji: fact.emoji, seq });
      else target.reactions.delete(place);
    } else if (fact.kind === 'remove') {
      target.fact = { ...target.fact, text: '', mentions: [], attachments: [] };
      target.removedAt = at;
      target.reactions.clear();
      const gone = [target.entry, ...target.edits];
      for (const one of gone) one.emptied = true;
      return gone.map(({ client, clock }) => ({ client, clock }));
    }
    return [];
  }

  messages(): PlannedMessage[] {
    return [...this.byKey.values()].map(({ entry, fact, editedAt, removedAt }) => ({ entry, fact, editedAt, removedAt }));
  }

  reactions(): Reaction[] {
    return [...this.byKey.values()].flatMap(({ reactions }) => Array.from(reactions.values()));
  }
}
