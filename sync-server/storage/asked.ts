import DataLoader from 'dataloader';

/**
 * Asks in one statement what is asked for in one turn of the event loop: after a restart or a cut everybody comes back together, and each
 * statement costs more than its rows. `ask` answers in the order of its keys.
 */
export function askedTogether<Key, Value>(
  ask: (keys: readonly Key[]) => Promise<Value[]>,
  most: number,
): (key: Key) => Promise<Value> {
  const loader = new DataLoader<Key, Value>(ask, { cache: false, maxBatchSize: most, batchScheduleFn: setImmediate });
  return (key) => loader.load(key);
}

/**
 * Rows of these types to join with, for a FROM: `rows AS k (a, b)`. One is no list: Postgres keeps its plan for one, and makes one anew for
 * each list.
 */
export function givenRows(
  types: readonly string[],
  rows: readonly (readonly unknown[])[],
): { given: string; values: readonly unknown[] } {
  const [first] = rows;
  if (rows.length === 1 && first)
    return { given: `(VALUES (${types.map((type, at) => `$${at + 1}::${type}`).join(', ')}))`, values: first };
  return {
    given: `unnest(${types.map((type, at) => `$${at + 1}::${type}[]`).join(', ')})`,
    values: types.map((_, at) => rows.map((row) => row[at])),
  };
}
