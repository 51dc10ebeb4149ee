/** One field of many rows as an array, for `unnest`. */
export function column<T, K extends keyof T>(rows: readonly T[], name: K): T[K][] {
  return rows.map((row) => row[name]);
}

/** Rows in portions: a statement with too many of them takes memory on both sides. */
export function* slices<T>(rows: readonly T[], size: number): Generator<T[]> {
  for (let from = 0; from < rows.length; from += size) yield rows.slice(from, from + size);
}
