import { OURS } from '../ours.ts';
import type { Results } from '../results.ts';
import { cell, valueOf } from './read.ts';

/** `least`: where more is better; else `most`. */
type Bound = { most: number } | { least: number };
type Budget = { says: string; part: string; measure: string; at: number; unit: string } & Bound;

/** What was asked of this server before it was built. */
const BUDGETS: readonly Budget[] = [
  { says: 'delivery at 200/s, p50', part: 'delivery', measure: 'p50', at: 200, most: 1.5, unit: 'ms' },
  { says: '… p99', part: 'delivery', measure: 'p99', at: 200, most: 5, unit: 'ms' },
  { says: 'delivery at 500/s, p50', part: 'delivery', measure: 'p50', at: 500, most: 1.5, unit: 'ms' },
  { says: '… p99', part: 'delivery', measure: 'p99', at: 500, most: 6, unit: 'ms' },
  { says: 'processor s per 1,000 messages at 500/s', part: 'delivery', measure: 'processor', at: 500, most: 0.5, unit: 's' },
  { says: '… at 2,000/s', part: 'delivery', measure: 'processor', at: 2_000, most: 0.25, unit: 's' },
  { says: 'sustained rate', part: 'sustained', measure: 'rate', at: 100, least: 8_000, unit: '/s' },
  { says: 'memory of 1,000 idle connections', part: 'idle', measure: 'memory', at: 1_000, most: 31, unit: 'MiB' },
  { says: 'processor time of 1,000 idle connections', part: 'idle', measure: 'processor', at: 5_000, most: 10, unit: 'ms/s' },
  { says: 'memory of 1,000 open threads', part: 'threads', measure: 'memory', at: 1_000, most: 50, unit: 'MiB' },
  { says: 'cold open of 10,000 messages', part: 'opening', measure: 'ms', at: 10_000, most: 100, unit: 'ms' },
  { says: 'reconnect of 300', part: 'storm', measure: 'ms', at: 300, most: 600, unit: 'ms' },
  { says: 'lost of what was acknowledged, in a run', part: 'killed', measure: 'lost', at: 50, most: 0, unit: 'messages' },
];

export function budgetTable(results: Results): string {
  const rows = BUDGETS.flatMap(({ says, part, measure, at, unit, ...bound }) => {
    const value = valueOf(results, part, OURS.name, measure, at);
    if (!value) return [];
    const missing = valueOf(results, part, OURS.name, 'missing', at);
    const isWithin = 'least' in bound ? value.middle >= bound.least : value.middle <= bound.most;
    const isMet = isWithin && !(missing && missing.most > 0);
    const asked = 'least' in bound ? `≥ ${bound.least.toLocaleString('en-US')}` : `≤ ${bound.most}`;
    return [`| ${says} | ${asked} ${unit} | ${cell(value)} | ${isMet ? 'met' : '**not met**'} |`];
  });
  if (rows.length === 0) return '';
  return [
    '### Against this server’s budgets',
    '',
    '| measure | budget | measured | |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
