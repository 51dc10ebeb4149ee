const KEY = 'trialogue.emoji';
const MOST = 16;
export const USUAL = ['👍', '❤️', '😂', '🎉', '🙏', '✅', '👀', '👏'];

/** What this person picked last, before what people usually pick. */
export function oftenUsed(): string[] {
  const kept = (localStorage.getItem(KEY) ?? '').split(' ').filter(Boolean);
  return [...new Set([...kept, ...USUAL])].slice(0, MOST);
}

export function noteUsed(sign: string): void {
  localStorage.setItem(KEY, [...new Set([sign, ...oftenUsed()])].slice(0, MOST).join(' '));
}
