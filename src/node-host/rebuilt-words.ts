import type { Core } from '#core/platform.ts';

/** What `--rebuild` did, for the terminal. */
export function rebuiltWords(rebuilt: Core['rebuilt']): string {
  if (rebuilt === null) return 'There was nothing to make anew: nobody has signed in to this profile yet.';
  const { messages, threads } = rebuilt;
  if (threads === 0) return 'There was nothing to make anew: no conversation has been fetched into this profile yet.';
  return `All rows are new: ${count(messages, 'message')} in ${count(threads, 'thread')}.`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
