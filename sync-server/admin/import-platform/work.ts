import type { Role } from '#shared/roles.ts';

import type { Cells } from '../../storage/platform-database.ts';
import type { Described } from './conversation.ts';
import type { Row } from './message.ts';
import { ReadEvidence } from './reads.ts';
import type { Report } from './report.ts';
import { readRow } from './source.ts';

const CONVERSATIONS_AT_ONCE = 50;
const MESSAGES_AT_ONCE = 5_000;

/** A conversation with the messages of it, or with some of them where it has many. */
export type Part = { described: Described; evidence: ReadEvidence; isFirst: boolean; rows: Row[] };

/**
 * Puts conversations and messages, which both come in the order of the conversations' ids, together in batches; a conversation is in
 * a batch once. Messages of no conversation are reported and left.
 */
export async function* batches(
  platform: string,
  conversations: readonly Described[],
  messages: AsyncIterable<Cells[]>,
  report: Report,
): AsyncGenerator<Part[]> {
  let batch: Part[] = [];
  let waiting = 0;
  let position = -1;

  function begin(): void {
    position += 1;
    const described = conversations[position];
    if (described) batch.push({ described, evidence: new ReadEvidence(platform, described), isFirst: true, rows: [] });
  }

  begin();
  for await (const portion of messages) {
    for (const cells of portion) {
      const row = readRow('message', cells, report);
      if (row === null) continue;
      while (conversations[position] && conversations[position]!.id < row.conversationID_id) {
        if (batch.length >= CONVERSATIONS_AT_ONCE) {
          yield batch;
          [batch, waiting] = [[], 0];
        }
        begin();
      }
      if (conversations[position]?.id !== row.conversationID_id) {
        report.leave('message', row.messageID, 'is of a conversation that is not there, or was left');
        continue;
      }
      batch.at(-1)!.rows.push(row);
      waiting += 1;
      if (waiting < MESSAGES_AT_ONCE) continue;
      const { described, evidence } = batch.at(-1)!;
      yield batch;
      [batch, waiting] = [[{ described, evidence, isFirst: false, rows: [] }], 0];
    }
  }
  while (conversations[position]) {
    if (batch.length >= CONVERSATIONS_AT_ONCE) {
      yield batch;
      batch = [];
    }
    begin();
  }
  if (batch.length > 0) yield batch;
}

/** Somebody who wrote in a conversation, and takes no part in it any more. */
export type Gone = { account: string; role: Role; joinedAt: number; leftAt: number };
