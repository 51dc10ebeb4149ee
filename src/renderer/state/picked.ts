/** The conversations that are to be changed together. `from`: where picking began. */
export type Picked = { ids: ReadonlySet<string>; from: string | null };

export const NOTHING_PICKED: Picked = { ids: new Set(), from: null };

export function pickToggled({ ids }: Picked, conversation: string): Picked {
  const next = new Set(ids);
  if (!next.delete(conversation)) next.add(conversation);
  return next.size === 0 ? NOTHING_PICKED : { ids: next, from: conversation };
}

/** All of `shown` from where picking began (else from where one stands) to `to`; what was picked elsewhere stays. */
export function pickRange(picked: Picked, shown: readonly string[], standing: string | null, to: string): Picked {
  const from = picked.from ?? standing ?? to;
  const [a, b] = [shown.indexOf(from), shown.indexOf(to)];
  const range = a < 0 || b < 0 ? [to] : shown.slice(Math.min(a, b), Math.max(a, b) + 1);
  return { ids: new Set([...picked.ids, ...range]), from };
}
