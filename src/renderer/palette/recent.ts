/** What this person opened and did last on this machine, by id; kept so that it comes first the next time. */
const KEYS = { conversations: 'trialogue.recent', actions: 'trialogue.actions' } as const;
const MOST = 8;

export function recent(of: keyof typeof KEYS): string[] {
  return (localStorage.getItem(KEYS[of]) ?? '').split(' ').filter(Boolean);
}

export function noteRecent(of: keyof typeof KEYS, id: string): void {
  localStorage.setItem(KEYS[of], [...new Set([id, ...recent(of)])].slice(0, MOST).join(' '));
}
