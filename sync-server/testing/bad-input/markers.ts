import { randomBytes } from 'node:crypto';

const MARKER = /mk[0-9a-f]{12}q/g;
/** A line of a log: an update, in which texts stand as they are. */
const BASE64 = /"update":"([A-Za-z0-9+/=]+)"/g;

/** Words that stand in what was seeded, each with who may ever see it. */
export type Markers = {
  /** A new word, which only these may see. */
  mark(...callers: string[]): string;
  /** From now on these may see it too: something that was done showed it to them. */
  grant(marker: string, callers: Iterable<string>): void;
  /** Words in these bytes that this caller may not see, and didn't send. */
  leaked(caller: string, bytes: Buffer, sent: string): string[];
};

export function markersIn(text: string): string[] {
  return text.match(MARKER) ?? [];
}

export function createMarkers(): Markers {
  const seers = new Map<string, Set<string>>();
  return {
    mark(...callers) {
      const marker = `mk${randomBytes(6).toString('hex')}q`;
      seers.set(marker, new Set(callers));
      return marker;
    },
    grant(marker, callers) {
      for (const caller of callers) seers.get(marker)?.add(caller);
    },
    leaked(caller, bytes, sent) {
      const text = bytes.toString('latin1');
      const updates = [...text.matchAll(BASE64)].map(([, update]) => Buffer.from(update!, 'base64').toString('latin1'));
      const found = new Set([text, ...updates].flatMap(markersIn));
      return [...found].filter((marker) => seers.has(marker) && !seers.get(marker)!.has(caller) && !sent.includes(marker));
    },
  };
}
