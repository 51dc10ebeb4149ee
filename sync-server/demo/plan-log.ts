import { SYSTEM_CLIENT_ID } from '#shared/documents.ts';
import { encodeUpdate, valueStruct, type StructId, type ValueStruct } from '#shared/update-codec.ts';

import { emptyStructs } from '../sync/raw-update.ts';

/** About how much a row of the log holds, as live ones do: it has to fit into a frame to a client. */
const ROW_BYTES = 32 * 1024;

export type PlannedLogRow = { from: number; to: number; update: Uint8Array };
type OpenRow = { from: number; to: number; structs: ValueStruct[]; deletes: StructId[]; bytes: number };

/** The log of a new document, written from its beginning. */
export class LogPlan {
  readonly clocks = new Map<number, number>();
  readonly deletes: StructId[] = [];
  private readonly closed: OpenRow[] = [];
  private row: OpenRow = openRow(0);

  /** Gives the clock under which the value stands. */
  add(client: number, root: string, key: string, value: unknown): number {
    const clock = this.clocks.get(client) ?? 0;
    this.clocks.set(client, clock + 1);
    this.row.structs.push(valueStruct({ client, clock }, root, key, value));
    this.row.bytes += Buffer.byteLength(JSON.stringify(value)) + key.length + 40;
    return clock;
  }

  /** Takes the content of earlier structs away: from their rows, and told in this one. */
  delete(ids: readonly StructId[]): void {
    this.row.deletes.push(...ids);
    this.deletes.push(...ids);
  }

  /** A row may end here. One always ends with a struct of the server's, whose clock is its position (decision 0001). */
  endStep(): void {
    if (this.row.bytes < ROW_BYTES) return;
    this.row.to = this.position;
    this.closed.push(this.row);
    this.row = openRow(this.position);
  }

  get position(): number {
    return this.clocks.get(SYSTEM_CLIENT_ID) ?? 0;
  }

  rows(): PlannedLogRow[] {
    const open = this.row.structs.length > 0 ? [{ ...this.row, to: this.position }] : [];
    return [...this.closed, ...open].map(({ from, to, structs, deletes }) => {
      const sorted = [...deletes].sort((a, b) => a.client - b.client || a.clock - b.clock);
      const update = encodeUpdate(
        structs,
        sorted.map(({ client, clock }) => ({ client, clock, length: 1 })),
      );
      return { from, to, update: emptyStructs(update, this.deletes) ?? update };
    });
  }
}

function openRow(from: number): OpenRow {
  return { from, to: from, structs: [], deletes: [], bytes: 0 };
}
