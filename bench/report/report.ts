import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { OURS, RAISED_LIMITS } from '../ours.ts';
import { PEERS } from '../peers.ts';
import { RESULTS_FILE, type Results } from '../results.ts';
import { appReport, type AppResults } from './app.ts';
import { budgetTable } from './budgets.ts';
import { killedTable, storageTables } from './durability.ts';
import { drawBars, drawPlot } from './plot.ts';
import { cell, sizesOf, targetsOf, valueOf } from './read.ts';
import { scaleReport } from './scale.ts';
import { SECTIONS, type Section } from './sections.ts';

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));
const PLOTS = dirname(RESULTS_FILE);
const NAMES = [OURS, ...PEERS].map(({ name }) => name);

const APP_FILE = join(PLOTS, 'app.json');

/**
 * Writes plots, and the tables between the marks of docs/benchmarks.md and docs/scale.md, of what was measured; the rest of them stays.
 * `results`: of the server; `null`: it was not measured. @throws Error when the app wasn't either
 */
export async function report(results: Results | null, say: (line: string) => void): Promise<void> {
  const hasApp = existsSync(APP_FILE);
  if (!results && !hasApp) {
    throw new Error(
      'Nothing was measured yet: `npm run bench` measures the server, `npm run measure` the app. Then there is something to report.',
    );
  }
  if (results) await reportServer(results);
  if (hasApp) await reportApp();
  say(
    results
      ? 'docs/benchmarks.md, docs/scale.md and their plots are written'
      : 'Of the server nothing was measured (`npm run bench` does): its tables are as they were.',
  );
  if (!results) say('The app’s table in docs/benchmarks.md, and its plots, are written.');
  else if (!hasApp) say('Of the app nothing was measured (`npm run measure` does): its table is as it was.');
}

async function reportServer(results: Results): Promise<void> {
  const parts = [about(results), budgetTable(results)];
  for (const section of SECTIONS) {
    const text = await tell(results, section);
    if (text) parts.push(text);
  }
  parts.push(killedTable(results), storageTables(results));
  await replaceBetween('benchmarks.md', 'figures', parts.filter(Boolean).join('\n\n'));
  await replaceBetween('scale.md', 'figures', scaleReport(results));
}

async function reportApp(): Promise<void> {
  const { text, plots } = appReport(JSON.parse(await readFile(APP_FILE, 'utf8')) as AppResults);
  for (const { file, plot } of plots) await writeFile(join(PLOTS, `${file}.svg`), drawPlot(plot));
  await replaceBetween('benchmarks.md', 'app', text);
}

function about(results: Results): string {
  const { machine, versions, chosen, measuredAt, minutes, failures } = results;
  const raised = Object.entries(RAISED_LIMITS).map(([name, value]) => `${name}=${value}`);
  const used = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const busy = machine.loadBefore > 0.5 ? ' **The machine had other work when it began; these figures are worth little.**' : '';
  const tried = chosen.scale === 1 ? '' : ` **Sizes were multiplied by ${chosen.scale}: a trial.**`;
  const failed = failures.map((failure) => `- ${failure}`);
  return [
    `Measured on ${measuredAt.slice(0, 10)} in ${Math.round(minutes)} minutes, on ${machine.cores} cores (${machine.processor}, ${machine.memoryGiB} GiB, Linux ${machine.kernel}), load before ${machine.loadBefore}.${busy}${tried}`,
    `Versions: ${used.join(', ')}. Up to ${chosen.runs} runs, each rate for ${chosen.seconds} s, idle for ${chosen.idleSeconds} s. A figure is the median of its runs with their range.`,
    `All clients are one process at one address, so these limits of Trialogue were raised: \`LIMITS=${raised.join(',')}\`.`,
    ...(failed.length > 0 ? [`Not measured:\n\n${failed.join('\n')}`] : []),
  ].join('\n\n');
}

async function tell(results: Results, section: Section): Promise<string | null> {
  const names = targetsOf(results, section.part, NAMES);
  if (names.length === 0) return null;
  const parts = [`### ${section.heading}`, section.says];
  for (const table of section.tables) parts.push(tableOf(results, section, table, names));
  const limited = names.filter((name) => (valueOf(results, section.part, name, 'clients were the limit')?.most ?? 0) > 0);
  if (limited.length > 0)
    parts.push(`In some runs the clients could write no faster, so the server may hold more: ${limited.join(', ')}.`);
  for (const plot of section.plots) {
    const sizes = sizesOf(results, section.part, plot.measure);
    const value = (name: string, at: number) => valueOf(results, section.part, name, plot.measure, at);
    const svg =
      sizes.length === 1
        ? drawBars({
            title: plot.title,
            y: plot.y,
            bars: names.map((name) => ({ name, style: NAMES.indexOf(name), value: value(name, sizes[0]!)?.middle ?? 0 })),
          })
        : drawPlot({
            ...plot,
            lines: names.map((name) => ({
              name,
              style: NAMES.indexOf(name),
              points: sizes.flatMap((at) => {
                const found = value(name, at);
                return found ? [{ x: at, y: found.middle, least: found.least, most: found.most }] : [];
              }),
            })),
          });
    await writeFile(join(PLOTS, `${plot.file}.svg`), svg);
    parts.push(`![${plot.title}](benchmarks/${plot.file}.svg)`);
  }
  return parts.join('\n\n');
}

function tableOf(results: Results, section: Section, table: Section['tables'][number], names: readonly string[]): string {
  const { part } = section;
  const sizes = sizesOf(results, part, table.measure);
  const runs = Math.min(...names.map((name) => valueOf(results, part, name, table.measure)?.runs ?? Number.POSITIVE_INFINITY));
  const growth = sizes.length > 1;
  const row = (name: string): string => {
    const values = sizes.map((at) => valueOf(results, part, name, table.measure, at));
    const cells = values.map((value, index) => {
      const missing = valueOf(results, part, name, 'missing', sizes[index]);
      return cell(value) + (missing && missing.most > 0 ? ' †' : '');
    });
    const [first, last] = [values[0], values.at(-1)];
    const grown = growth ? [first && last ? `× ${ratio(last.middle / first.middle)}` : '–'] : [];
    return `| ${[name, ...cells, ...grown, durabilityOf(name)].join(' | ')} |`;
  };
  const times = growth ? [`work × ${ratio(sizes.at(-1)! / sizes[0]!)}`] : [];
  const head = ['', ...sizes.map((at) => `${at.toLocaleString('en-US')} ${table.work}`), ...times, 'when seen, a message is'];
  return [
    `**${table.caption}** (${runs === 1 ? 'one run' : `${runs} runs`})`,
    '',
    `| ${head.join(' | ')} |`,
    `|${' --- |'.repeat(head.length)}`,
    ...names.map(row),
    '',
    ahead(results, section.part, table, names),
  ].join('\n');
}

/** What is better at it than ours, and how much: said beside each table. */
function ahead(results: Results, part: string, table: Section['tables'][number], names: readonly string[]): string {
  const better = sizesOf(results, part, table.measure).flatMap((at) => {
    const ours = valueOf(results, part, OURS.name, table.measure, at);
    const those = names.flatMap((name) => {
      const its = valueOf(results, part, name, table.measure, at);
      if (!ours || !its || name === OURS.name) return [];
      const times = table.lower ? ours.middle / its.middle : its.middle / ours.middle;
      return times > 1 ? [Number.isFinite(times) ? `${name} ${ratio(times)} times` : name] : [];
    });
    return those.length > 0 ? [`at ${at.toLocaleString('en-US')} ${table.work}: ${those.join(', ')}`] : [];
  });
  return better.length > 0 ? `Better than Trialogue ${better.join('; ')}.` : 'None is better than Trialogue here.';
}

/** Two figures of it that count. */
function ratio(times: number): string {
  return times >= 100 ? Math.round(times).toLocaleString('en-US') : String(Number(times.toPrecision(2)));
}

function durabilityOf(name: string): string {
  return [OURS, ...PEERS].find((target) => target.name === name)?.durability ?? '';
}

async function replaceBetween(file: string, name: string, text: string): Promise<void> {
  const path = join(DOCS, file);
  const [begin, end] = [`<!-- ${name}: written by npm run bench -->`, `<!-- end of ${name} -->`];
  const old = await readFile(path, 'utf8');
  const [from, to] = [old.indexOf(begin), old.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} lacks the marks of "${name}"`);
  await writeFile(path, `${old.slice(0, from)}${begin}\n${text}\n${old.slice(to)}`);
}
