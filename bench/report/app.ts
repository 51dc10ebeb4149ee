import type { Line, Plot } from './plot.ts';
import { cell, summary } from './read.ts';

/** What `npm run measure` writes: `size` is the number of conversations; the long thread and the waiting messages grow along. */
export type AppResults = {
  measuredAt: string;
  machine: { processor: string; cores: number; loadBefore: number };
  figures: { measure: string; unit: string; size: number; values: number[] }[];
  failures: string[];
};

type AppPlot = { file: string; plot: Plot };

/** Plots of what a person waits for, by the start of a measure's name. */
const PLOTTED = [
  {
    file: 'app-times',
    title: 'What a person waits for',
    y: 'ms',
    measures: ['start to usable inbox', 'open a short', 'open the long', 'search'],
  },
  {
    file: 'app-catch-up',
    title: 'Catch-up of waiting messages',
    y: 'ms',
    measures: ['catch-up: until all', 'catch-up: longest block of the core', 'catch-up: longest block of the page'],
  },
  {
    file: 'app-memory',
    title: 'Memory',
    y: 'MB',
    measures: [
      'memory after start: core',
      'memory after start: page',
      'memory after the switches: core',
      'memory after the switches: page',
    ],
  },
];

export function appReport({ measuredAt, machine, figures, failures }: AppResults): { text: string; plots: AppPlot[] } {
  const sizes = [...new Set(figures.map(({ size }) => size))].toSorted((a, b) => a - b);
  const measures = [...new Set(figures.map(({ measure }) => measure))];
  const find = (measure: string, size: number) => figures.find((one) => one.measure === measure && one.size === size);
  const busy = machine.loadBefore > 0.5 ? ' **The machine had other work when it began; these figures are worth little.**' : '';
  const rows = measures.map((measure) => {
    const unit = figures.find((one) => one.measure === measure)!.unit;
    const values = sizes.map((size) => find(measure, size)?.values ?? null);
    const runs = Math.max(...values.map((one) => one?.length ?? 0));
    const middles = values.map((one) => (one ? summary(one).middle : null));
    const [first, last] = [middles[0], middles.at(-1)];
    const grown = sizes.length > 1 && first && last ? `× ${(last / first).toPrecision(2)}` : '–';
    return `| ${[measure, unit, ...values.map((one) => cell(one && summary(one))), grown, String(runs)].join(' | ')} |`;
  });
  const plots = PLOTTED.flatMap(({ file, measures: begins, ...plot }): AppPlot[] => {
    const lines = begins.flatMap((begin, style): Line[] => {
      const measure = measures.find((one) => one.startsWith(begin));
      if (!measure) return [];
      const points = sizes.flatMap((size) => {
        const values = find(measure, size)?.values;
        if (!values) return [];
        const { middle, least, most } = summary(values);
        return [{ x: size, y: middle, least, most }];
      });
      return [{ name: begin, style, points }];
    });
    return sizes.length > 1 && lines.length > 0 ? [{ file, plot: { ...plot, x: 'conversations', lines } }] : [];
  });
  const head = ['measure', 'unit', ...sizes.map((size) => `${size.toLocaleString('en-US')} conversations`), 'grown', 'runs'];
  const text = [
    `Measured on ${measuredAt.slice(0, 10)}, on ${machine.cores} cores (${machine.processor}) that browser, app, server and Postgres shared; load before ${machine.loadBefore}.${busy}`,
    '',
    `| ${head.join(' | ')} |`,
    `|${' --- |'.repeat(head.length)}`,
    ...rows,
    '',
    ...failures.map((failure) => `Not measured: ${failure}.\n`),
    ...plots.map(({ file, plot }) => `![${plot.title}](benchmarks/${file}.svg)\n`),
  ].join('\n');
  return { text: text.trimEnd(), plots };
}
