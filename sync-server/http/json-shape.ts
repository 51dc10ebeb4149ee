/** Whether there is no more of it, and no deeper, than any call has. Without recursion: it may be nested as deep as it likes. */
export function isWithin(value: unknown, { jsonValues, jsonDepth }: { jsonValues: number; jsonDepth: number }): boolean {
  let level: unknown[] = [value];
  let values = 1;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > jsonDepth) return false;
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one !== 'object' || one === null) continue;
      const inner = Object.values(one);
      values += inner.length;
      if (values > jsonValues) return false;
      for (const each of inner) next.push(each);
    }
    level = next;
  }
  return true;
}
