import { DEFAULT_FEED_KEEP } from '../../sync-server/storage/feed-keep.ts';
import { OURS } from '../ours.ts';
import type { Results } from '../results.ts';
import { digits, sizesOf, valueOf } from './read.ts';

/** What is assumed; docs/scale.md has the reason of each. */
const ASSUMED = {
  staff: 100_000,
  conversations: 1_000_000,
  agencies: 500,
  /** That reach each of the staff a working day, and as many that they write. */
  messagesEach: 153,
  hours: 8,
  peak: 2,
  socketsEach: 20,
  outsiders: 2_000_000,
  outsidersOnline: 0.05,
  busy: 0.5,
  workdays: 250,
  heapGiB: 2,
  /** Of the days that the feed reaches back. */
  feedWorkdays: 5,
};

type Row = { says: string; how: string; value: number; unit: string };

/** The table of docs/scale.md: what was measured, and what follows. */
export function scaleReport(results: Results): string {
  const of = (part: string, measure: string, at?: number): number | null =>
    valueOf(results, part, OURS.name, measure, at)?.middle ?? null;
  const largest = (part: string, measure: string): number => sizesOf(results, part, measure).at(-1) ?? 0;
  const connections = largest('idle', 'memory');
  const storm = largest('storm', 'ms');
  const perThread = sizesOf(results, 'storage', 'rows')[1];
  const rates = sizesOf(results, 'delivery', 'processor');
  // The costs at the highest rate that was kept up with: at lower ones a commit holds fewer messages, and costs each of them more.
  const rate = rates.findLast((at) => of('delivery', 'missing', at) === 0) ?? rates[0];
  const units = {
    memory: scaledTo1000(of('idle', 'memory', connections), connections),
    idle: of('idle', 'processor'),
    all: of('delivery', 'processor', rate),
    server: of('delivery', 'server processor', rate),
    sustained: of('sustained', 'rate'),
    rows: of('storage', 'rows', perThread),
    indexes: of('storage', 'indexes', perThread),
    wal: of('storage', 'wal', perThread),
    feed: of('storage', 'feed rows', perThread),
    storm: of('storm', 'ms', storm),
    feedFrame: of('feed', 'processor', largest('feed', 'processor')),
  };
  const missing = Object.entries(units).flatMap(([name, value]) => (value === null ? [name] : []));
  if (missing.length > 0) return `Not computed: the results lack ${missing.join(', ')}.`;
  const unit = units as { [Name in keyof typeof units]: number };

  const day = ASSUMED.staff * ASSUMED.messagesEach * 2;
  const peak = (day / ASSUMED.hours / 3_600) * ASSUMED.peak;
  const sockets = ASSUMED.staff * ASSUMED.socketsEach + ASSUMED.outsiders * ASSUMED.outsidersOnline;
  const colleagues = ASSUMED.staff / ASSUMED.agencies;
  const busy = 1 / ASSUMED.busy;
  const serverCores = (peak * unit.server) / 1_000 + ((sockets / 1_000) * unit.idle) / 1_000;
  const feedCores = (peak * colleagues * unit.feedFrame) / 1_000;
  const memoryGiB = ((sockets / 1_000) * unit.memory) / 1_024;
  const byProcessor = Math.ceil((serverCores + feedCores) * busy);
  const byMemory = Math.ceil(memoryGiB / ASSUMED.heapGiB);
  const nodes = Math.max(byProcessor, byMemory);
  const bytes = unit.rows + unit.indexes;
  const daily = (per: number): number => (day * per) / 1e9;

  const measured: Row[] = [
    { says: 'memory of 1,000 connections', how: `at ${digits(connections)}`, value: unit.memory, unit: 'MiB' },
    { says: 'processor time of 1,000 idle connections', how: `at ${digits(connections)}`, value: unit.idle, unit: 'ms/s' },
    { says: '1,000 messages, server and Postgres', how: `at ${rate}/s`, value: unit.all, unit: 's' },
    { says: '… the server’s part', how: `at ${rate}/s`, value: unit.server, unit: 's' },
    {
      says: '1,000 notices of a message on feeds',
      how: `${largest('feed', 'processor')} of the staff`,
      value: unit.feedFrame,
      unit: 's',
    },
    { says: 'sustained, one node and Postgres on this machine', how: '', value: unit.sustained, unit: 'messages/s' },
    { says: 'rows and indexes of a message', how: `${perThread} a thread`, value: bytes, unit: 'bytes' },
    { says: 'WAL of a message', how: `${perThread} a thread`, value: unit.wal, unit: 'bytes' },
    { says: 'feed rows of a message of three people’s', how: '', value: unit.feed, unit: 'rows' },
    { says: `reconnect of ${digits(storm)}`, how: 'a node', value: unit.storm, unit: 'ms' },
  ];
  const computed: Row[] = [
    { says: 'messages a working day', how: 'staff × 153 × 2', value: day / 1e6, unit: 'million' },
    { says: 'messages a second at the peak', how: '÷ 8 h × 2', value: peak, unit: '/s' },
    { says: 'notices on feeds a second', how: `peak × ${colleagues} colleagues`, value: peak * colleagues, unit: '/s' },
    { says: 'sockets', how: 'staff × 20 + 5 % of 2 million', value: sockets / 1e6, unit: 'million' },
    { says: 'memory of the sockets', how: 'sockets × unit', value: memoryGiB, unit: 'GiB' },
    { says: 'cores for messages and idle sockets', how: 'units, all busy', value: serverCores, unit: 'cores' },
    { says: 'cores for notices on feeds', how: 'units, all busy', value: feedCores, unit: 'cores' },
    { says: 'nodes by processor', how: 'one core each, half busy', value: byProcessor, unit: 'nodes' },
    { says: 'nodes by memory', how: '2 GiB each', value: byMemory, unit: 'nodes' },
    { says: 'connections to Postgres', how: 'the larger × 21', value: nodes * 21, unit: '' },
    {
      says: 'cores of Postgres',
      how: 'its part of the units, half busy',
      value: ((peak * (unit.all - unit.server)) / 1_000) * busy,
      unit: 'cores',
    },
    { says: 'rows and indexes a day', how: 'messages × unit', value: daily(bytes), unit: 'GB' },
    { says: '… a year', how: '× 250 days', value: (daily(bytes) * ASSUMED.workdays) / 1_000, unit: 'TB' },
    { says: '… a year, one agency', how: '÷ 500', value: (daily(bytes) * ASSUMED.workdays) / ASSUMED.agencies, unit: 'GB' },
    { says: 'WAL a day', how: 'messages × unit', value: daily(unit.wal), unit: 'GB' },
    { says: 'WAL at the peak', how: 'peak × unit', value: (peak * unit.wal) / 1e6, unit: 'MB/s' },
    { says: 'feed rows a day, before pruning', how: 'messages × unit', value: (day * unit.feed) / 1e6, unit: 'million' },
    {
      says: `rows of an agency’s feed, which reaches back ${DEFAULT_FEED_KEEP.days} days`,
      how: `its messages × ${ASSUMED.feedWorkdays} working days`,
      value: (day / ASSUMED.agencies / 1e6) * ASSUMED.feedWorkdays,
      unit: 'million',
    },
    {
      says: '… and at most',
      how: `staff × ${digits(DEFAULT_FEED_KEEP.rowsPerPerson)}`,
      value: (colleagues * DEFAULT_FEED_KEEP.rowsPerPerson) / 1e6,
      unit: 'million',
    },
    {
      says: 'a node’s sockets come back within',
      how: 'sockets ÷ nodes ÷ measured rate',
      value: (sockets / nodes / storm) * (unit.storm / 1_000),
      unit: 's',
    },
  ];
  const table = (rows: readonly Row[]): string[] => [
    '| | how | figure |',
    '| --- | --- | --- |',
    ...rows.map(({ says, how, value, unit }) => `| ${says} | ${how} | ${digits(value)} ${unit} |`),
  ];
  const from = `From the measurement of ${results.measuredAt.slice(0, 10)} ([benchmarks.md](benchmarks.md)), Trialogue ${results.versions['Trialogue']}.`;
  const tried = results.chosen.scale === 1 ? '' : ` **A trial with sizes × ${results.chosen.scale}.**`;
  return [`${from}${tried}`, '', '**Measured**', '', ...table(measured), '', '**What follows**', '', ...table(computed)].join(
    '\n',
  );
}

function scaledTo1000(value: number | null, at: number): number | null {
  return value === null ? null : (value / at) * 1_000;
}
