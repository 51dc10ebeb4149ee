/** A message where it stands: in Postgres, in a replica, or on a screen. */
export type Entry = { key: string; seq: number; text: string };

/** What people were told: `sent` was answered for; of `unheard` nobody heard the answer, so each stands once or not at all. */
export type Told = { sent: ReadonlySet<string>; unheard: ReadonlySet<string> };

const OURS = /^message (\d+)(?:-(\d+))?$/;

/** Pure. What is wrong with what the threads hold, each in its order: a message that is lost, stands twice, or before an older one of its author. */
export function findings(told: Told, threads: readonly (readonly Entry[])[]): string[] {
  const texts = threads.flatMap((entries) => entries.flatMap(({ text }) => (OURS.test(text) ? [text] : [])));
  const there = new Set(texts);
  return [
    ...threads.flatMap(placed),
    ...twice(texts).map((text) => `“${text}” stands twice`),
    ...[...told.sent].filter((text) => !there.has(text)).map((text) => `“${text}” was answered for, and is gone`),
    ...[...there]
      .filter((text) => !told.sent.has(text) && !told.unheard.has(text))
      .map((text) => `“${text}” stands, and was never answered for`),
  ];
}

/** Pure. In what a copy of a thread is another than the thread itself; both in their order. */
export function differences(entries: readonly Entry[], copy: readonly Entry[]): string[] {
  const kept = new Map(copy.map((entry) => [entry.key, entry]));
  const known = new Set(entries.map(({ key }) => key));
  const found = [
    ...twice(copy.map(({ key }) => key)).map((key) => `${key} stands twice`),
    ...entries.filter(({ key }) => !kept.has(key)).map(({ key, text }) => `${key} “${text}” is missing`),
    ...copy.filter(({ key }) => !known.has(key)).map(({ key, text }) => `${key} “${text}” should not be there`),
    ...entries.flatMap((entry) => {
      const other = kept.get(entry.key);
      const isSame = !other || (other.seq === entry.seq && other.text === entry.text);
      return isSame ? [] : [`${entry.key} is ${other.seq} “${other.text}” rather than ${entry.seq} “${entry.text}”`];
    }),
  ];
  const order = (all: readonly Entry[]): string => all.map(({ key }) => key).join();
  return found.length === 0 && order(entries) !== order(copy) ? ['it is in another order'] : found;
}

/** Places are handed out one after the other, keys once, and whoever writes is read in the order of their writing. */
function placed(entries: readonly Entry[]): string[] {
  const gaps = entries.flatMap(({ seq }, index) => {
    const expected = (entries[0]?.seq ?? 0) + index;
    return seq === expected ? [] : [`place ${seq} where ${expected} is the next`];
  });
  const keys = twice(entries.map(({ key }) => key)).map((key) => `${key} stands twice`);
  const authors = Map.groupBy(entries, ({ key }) => key.slice(0, key.indexOf('/')));
  const order = [...authors.values()].flatMap((written) => {
    const ours = written.filter(({ text }) => OURS.test(text));
    return ours.slice(1).flatMap(({ text }, index) => {
      const before = ours[index]!.text;
      return compare(before, text) <= 0 ? [] : [`“${text}” stands behind “${before}” of the same author`];
    });
  });
  return [...gaps.slice(0, 1), ...keys, ...order];
}

function compare(one: string, other: string): number {
  const [, first, second = '0'] = OURS.exec(one)!;
  const [, third, fourth = '0'] = OURS.exec(other)!;
  return Number(first) - Number(third) || Number(second) - Number(fourth);
}

function twice(all: readonly string[]): string[] {
  return [...Map.groupBy(all, (one) => one)].flatMap(([one, found]) => (found.length > 1 ? [one] : []));
}
