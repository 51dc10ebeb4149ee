import type { Described, Side } from './conversation.ts';
import { messageIdOf, type Author, type Row } from './message.ts';

/** A message by its place among those of its conversation, and by the id of its entry. */
type Seen = { place: number; message: string };

/**
 * What a conversation says of who has read what (decision 0008). The platform has one flag a message, "somebody else opened it", and for some who take part
 * when they last read. Who writes has seen what came before; what somebody else opened was seen by the other side.
 */
export class ReadEvidence {
  private readonly platform: string;
  private readonly conversation: Described;
  private readonly seen: Record<Exclude<Side, 'neither'>, Seen | null> = { client: null, other: null };
  private readonly lastRead = new Map<string, string>();
  private place = 0;

  constructor(platform: string, conversation: Described) {
    this.platform = platform;
    this.conversation = conversation;
  }

  /** In the order of the messages, each that was taken now or before. */
  add(row: Row, { side }: Author): void {
    const seen = { place: this.place++, message: messageIdOf(this.platform, row) };
    for (const { person, lastReadAt } of this.conversation.people.values()) {
      if (lastReadAt !== null && row.createdAt <= lastReadAt) this.lastRead.set(person.ours, seen.message);
    }
    if (side === 'neither') return;
    this.seen[side] = seen;
    if (row.isRead) this.seen[side === 'client' ? 'other' : 'client'] = seen;
  }

  /** The newest message that both sides have seen, by the id of its entry. */
  get floor(): string | null {
    const { client, other } = this.seen;
    if (!client || !other) return null;
    return client.place < other.place ? client.message : other.message;
  }

  /** By account: the newest message that it has seen; and when it read last, in ms since 1970. */
  get reads(): { account: string; message: string; at: number }[] {
    return [...this.lastRead].map(([account, message]) => {
      return { account, message, at: this.conversation.people.get(account)!.lastReadAt! };
    });
  }
}
