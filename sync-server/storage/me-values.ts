import { decodeUpdate, type PlainStruct, type ValueStruct } from '#shared/update-codec.ts';

import type { Transaction } from './database.ts';
import { readLog } from './log.ts';

/** What stands under clocks of a person's own document, as it was written, by `<document>/<client>/<clock>`. */
export type MeValues = Map<string, ValueStruct>;

export const valueId = (document: number, { client, clock }: { client: number; clock: number }): string =>
  `${document}/${client}/${clock}`;

/**
 * The values in the logs of these documents. They are small, and this is only asked for when something is sent once more; what
 * was emptied since isn't there, and can't be told from what was written.
 */
export async function loadMeValues(tx: Transaction, documents: Iterable<number>): Promise<MeValues> {
  const values: MeValues = new Map();
  for (const document of documents) {
    for (let reached = 0, more = true; more;) {
      const page = await readLog(tx, document, reached);
      for (const { update } of page.rows) addValues(values, document, decodeUpdate(update).structs);
      reached = page.n;
      more = page.more;
    }
  }
  return values;
}

export function addValues(values: MeValues, document: number, structs: readonly PlainStruct[]): void {
  for (const struct of structs) {
    const id = valueId(document, struct);
    if (struct.kind === 'value' && !values.has(id)) values.set(id, struct);
  }
}
