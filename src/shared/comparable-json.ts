/**
 * Whether JSON from outside may be given to a schema. A schema asks also what has the wrong type for its `length` and compares it, which
 * throws for an object whose own `toString` is no function. Without recursion: it may be nested as deep as it likes.
 */
export function isComparableJson(value: unknown): boolean {
  const waiting = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null) continue;
    if (Object.hasOwn(next, 'toString')) return false;
    for (const inner of Object.values(next)) waiting.push(inner);
  }
  return true;
}
