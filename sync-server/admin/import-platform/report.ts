/** What an import did, for people and programs. Ids are the platform's. */
export type ReportLine = { kind: string; why: string; count: number; ids: string[] };
export type Taken = { new: number; changed: number; known: number };
export type TakenKind = 'agencies' | 'accounts' | 'conversations' | 'messages' | 'events' | 'files';

/** So many ids are named of each reason; the count says how many there are. */
const IDS_SHOWN = 20;

export class Report {
  readonly taken: Record<TakenKind, Taken> = {
    agencies: none(),
    accounts: none(),
    conversations: none(),
    messages: none(),
    events: none(),
    files: none(),
  };
  private readonly lines = {
    mended: new Map<string, ReportLine>(),
    left: new Map<string, ReportLine>(),
    passedOver: new Map<string, ReportLine>(),
  };

  count(kind: TakenKind, what: keyof Taken, count = 1): void {
    this.taken[kind][what] += count;
  }

  /** Taken, but not as it stands there. */
  mend(kind: string, id: number | string, why: string): void {
    this.add('mended', kind, id, why);
  }

  /** Not taken because something is wrong with it. */
  leave(kind: string, id: number | string, why: string): void {
    this.add('left', kind, id, why);
  }

  /** Not taken, and nothing is wrong. */
  passOver(kind: string, id: number | string, why: string): void {
    this.add('passedOver', kind, id, why);
  }

  get failed(): boolean {
    return this.lines.left.size > 0;
  }

  toJson(): Record<string, unknown> {
    const { mended, left, passedOver } = this.lines;
    return { taken: this.taken, mended: [...mended.values()], left: [...left.values()], passedOver: [...passedOver.values()] };
  }

  toText(): string {
    const taken = Object.entries(this.taken).map(
      ([kind, { new: fresh, changed, known }]) =>
        `  ${kind}: ${fresh} new${changed > 0 ? `, ${changed} changed` : ''}${known > 0 ? `, ${known} known` : ''}`,
    );
    const { mended, left, passedOver } = this.lines;
    return [
      'Taken:',
      ...taken,
      ...listed('Mended:', mended),
      ...listed('Left:', left),
      ...listed('Passed over:', passedOver),
    ].join('\n');
  }

  private add(list: keyof Report['lines'], kind: string, id: number | string, why: string): void {
    const key = `${kind}\n${why}`;
    const line = this.lines[list].get(key) ?? { kind, why, count: 0, ids: [] };
    this.lines[list].set(key, line);
    line.count += 1;
    if (line.ids.length < IDS_SHOWN) line.ids.push(String(id));
  }
}

function listed(title: string, lines: ReadonlyMap<string, ReportLine>): string[] {
  const told = [...lines.values()].map(({ kind, why, count, ids }) => `  ${kind}: ${count} ${why} (${shown(ids, count)})`);
  return told.length === 0 ? [] : [title, ...told];
}

function none(): Taken {
  return { new: 0, changed: 0, known: 0 };
}

function shown(ids: readonly string[], count: number): string {
  return `${ids.join(', ')}${count > ids.length ? ', …' : ''}`;
}
