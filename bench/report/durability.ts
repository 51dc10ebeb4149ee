import { OURS } from '../ours.ts';
import { PEERS } from '../peers.ts';
import type { Results } from '../results.ts';
import { cell, digits, sizesOf, targetsOf, valueOf } from './read.ts';

const TARGETS = [OURS, ...PEERS];

/** Whether what was acknowledged is there after a kill. */
export function killedTable(results: Results): string {
  const rows = TARGETS.flatMap(({ name, saved, durability }) => {
    const of = (measure: string): number[] =>
      results.figures.find((one) => one.part === 'killed' && one.target === name && one.measure === measure)?.values ?? [];
    const [lost, acknowledged] = [of('lost'), of('acknowledged')];
    if (acknowledged.length === 0) return [];
    const range = `${Math.min(...lost)}–${Math.max(...lost)}`;
    return [
      `| ${name} | ${saved} | ${sum(lost)} of ${sum(acknowledged)} | ${range} of ${acknowledged[0]} | ${acknowledged.length} | ${durability} |`,
    ];
  });
  if (rows.length === 0) return '';
  return [
    '### Killed right after the last message was saved',
    '',
    '50 messages a second for 3 s; at the moment in which the last one was acknowledged the server is killed (`SIGKILL`; the machine runs on). It is started again, and somebody who has nothing counts what is there. As acknowledged counts that another person has it, which with Trialogue and Hocuspocus comes with their own word for it.',
    '',
    '| | what says “saved” | lost in all | lost in a run | runs | when seen, a message is |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** What a message takes on the disk. */
export function storageTables(results: Results): string {
  const names = targetsOf(
    results,
    'storage',
    TARGETS.map(({ name }) => name),
  );
  if (names.length === 0) return '';
  const sizes = sizesOf(results, 'storage', 'rows');
  const row = (name: string): string => {
    const cells = sizes.map((at) => {
      const [rows, indexes, wal, folder] = ['rows', 'indexes', 'wal', 'folder'].map((measure) =>
        cell(valueOf(results, 'storage', name, measure, at)),
      );
      return name.includes('LevelDB') ? `${folder} in its folder` : `${rows} + ${indexes}; WAL ${wal}`;
    });
    return `| ${[name, ...cells].join(' | ')} |`;
  };
  const middle = sizes[Math.floor(sizes.length / 2)]!;
  const tables = results.figures
    .filter((one) => one.part === 'storage' && one.target === OURS.name && one.at === middle && one.measure.startsWith('table '))
    .map(({ measure, values }) => ({ name: measure.slice('table '.length), value: values[0]! }))
    .toSorted((a, b) => b.value - a.value)
    .map(({ name, value }) => `${name} ${digits(value)}`);
  return [
    '### Storage bytes per message',
    '',
    'Messages of 120 characters by three people, 200 a second: rows + indexes as Postgres holds them right after (rows that updates left behind included), and the WAL that was written for them. Whole documents are written anew with each store, so their WAL grows with the thread. Few messages a thread share the first pages of its rows: one run, as it repeats to the byte but for chance.',
    '',
    `| | ${sizes.map((at) => `${at.toLocaleString('en-US')} messages a thread, bytes`).join(' | ')} |`,
    `|${' --- |'.repeat(sizes.length + 1)}`,
    ...names.map(row),
    '',
    `Trialogue at ${middle} a thread, by table with its indexes: ${tables.join(', ')}.`,
  ].join('\n');
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
