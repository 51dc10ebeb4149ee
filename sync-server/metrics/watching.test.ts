import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { createMeters } from './meters.ts';
import { metricsConfig, metricsProblem } from './metrics-config.ts';
import { serveMetrics, type MetricsServer } from './serve-metrics.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const TOKEN = 'a token of sixteen characters or more';

const meters = createMeters({ version: '1.2.3' });
let metrics: MetricsServer;
/** What each metric that is there is: its name and kind. */
let kinds: Map<string, string>;

beforeAll(async () => {
  metrics = await serveMetrics({ port: 0, host: '127.0.0.1', token: TOKEN }, meters);
  kinds = new Map([...(await text()).matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, kind]) => [name!, kind!]));
});
afterAll(() => metrics.stop());

async function text(): Promise<string> {
  const response = await fetch(metrics.url, { headers: { authorization: `Bearer ${TOKEN}` } });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, expect.stringContaining('version=0.0.4')]);
  return response.text();
}

/** A series as a query names it: of a histogram, its parts. */
function isThere(series: string): boolean {
  if (kinds.has(series)) return kinds.get(series) !== 'histogram';
  const base = series.replace(/_(bucket|sum|count)$/, '');
  return base !== series && kinds.get(base) === 'histogram';
}

type Panel = { title: string; type: string; targets?: { expr: string }[] };
const dashboard = JSON.parse(read('resources/server/grafana-dashboard.json')) as { panels: Panel[] };
const alerts = [...read('resources/server/alerts.yml').matchAll(/- alert: (\w+)\n {8}expr: (.+)\n([\s\S]*?)(?=\n\n|$)/g)].map(
  ([, name, expr, rest]) => ({ name: name!, expr: expr!, rest: rest! }),
);
const queries = [
  ...dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [`the panel “${title}”`, expr] as const)),
  ...alerts.map(({ name, expr }) => [`the alert ${name}`, expr] as const),
];

test('[SERVER-6] the dashboard and the alerts are all read by this test', () => {
  expect(alerts).toHaveLength(read('resources/server/alerts.yml').split('- alert:').length - 1);
  expect(alerts.length).toBeGreaterThan(5);
  expect(dashboard.panels.filter(({ type, targets = [] }) => type !== 'row' && targets.length === 0)).toEqual([]);
});

test.each(queries)('[SERVER-6] %s asks for what there is', (_where, expr) => {
  const series = [...expr.matchAll(/\b(?:trialogue|nodejs|process)_[a-z0-9_]+\b/g)].map(([name]) => name);
  // `up` is Prometheus's own.
  expect(series.length > 0 || /\bup\{/.test(expr)).toBe(true);
  expect(series.filter((name) => !isThere(name))).toEqual([]);
  for (const [open, close] of ['()', '{}', '[]']) expect(expr.split(open!)).toHaveLength(expr.split(close!).length);
  // Of a counter, how fast it rises; never how far it is.
  for (const name of series.filter((one) => one.endsWith('_total'))) expect(expr).toContain(`rate(${name}`);
});

test('[SERVER-6] everything that is told of the server itself is on the dashboard', () => {
  const shown = queries.map(([, expr]) => expr).join(' ');
  const own = [...kinds.keys()].filter((name) => name.startsWith('trialogue_') && name !== 'trialogue_build_info');
  expect(own.filter((name) => !shown.includes(name))).toEqual([]);
});

test.each(alerts)('[SERVER-6] $name has its place in the runbook, and says where', ({ name, rest }) => {
  expect(rest).toContain(`runbook: docs/runbook.md#${name.toLowerCase()}`);
  expect(rest).toContain('severity: page');
  const [, section] = read('docs/runbook.md').split(`\n### ${name}\n`);
  for (const part of ['**Means.**', '**People notice.**', '**Do.**', '**Over when.**']) {
    expect(section?.split('\n### ')[0]).toContain(part);
  }
});

const status = async (path: string, headers: Record<string, string> = {}): Promise<number> =>
  (await fetch(new URL(path, metrics.url), { headers })).status;

test('[SERVER-6] metrics are shown to who has the token, and nothing else is there', async () => {
  expect(await status('/metrics')).toBe(401);
  expect(await status('/metrics', { authorization: `Bearer ${TOKEN}x` })).toBe(401);
  expect(await status('/', { authorization: `Bearer ${TOKEN}` })).toBe(404);
});

const readConfig = (METRICS_PORT: number | undefined, METRICS_HOST = '127.0.0.1', METRICS_TOKEN?: string) => {
  const variables = { METRICS_PORT, METRICS_HOST, METRICS_TOKEN };
  return { problem: metricsProblem(variables)?.variable ?? null, config: metricsConfig(variables) };
};

test('[SERVER-6] where others could reach them, metrics need a token', () => {
  expect(readConfig(undefined)).toEqual({ problem: null, config: null });
  expect(readConfig(9_464)).toEqual({ problem: null, config: { port: 9_464, host: '127.0.0.1', token: null } });
  expect(readConfig(9_464, '0.0.0.0').problem).toBe('METRICS_TOKEN');
  expect(readConfig(9_464, '127.example.com').problem).toBe('METRICS_TOKEN');
  expect(readConfig(9_464, '0.0.0.0', TOKEN).problem).toBeNull();
});

test('[SERVER-6] nobody outside makes series: of codes that they close with, only known ones are told apart', async () => {
  for (let code = 3_000; code < 5_000; code++) meters.closed('feed', code);
  const codes = [...(await text()).matchAll(/^trialogue_socket_closes_total\{kind="feed",code="(\w+)"\}/gm)].map(
    ([, code]) => code!,
  );
  expect(codes).toContain('other');
  expect(codes.length).toBeLessThan(12);
});

test('[SERVER-6] while Postgres is away the rest is told, and nothing old of it', async () => {
  let away = false;
  meters.watchStored(() =>
    away
      ? Promise.reject(new Error('away'))
      : Promise.resolve({ webhooks: 7, webhooksFailed: 0, notifications: 0, filesHeld: 0 }),
  );
  expect(await text()).toMatch(/^trialogue_webhook_queue 7$/m);
  away = true;
  const told = await text();
  expect(told).toMatch(/^trialogue_postgres_up 0$/m);
  expect(told).not.toMatch(/^trialogue_webhook_queue /m);
  expect(told).toMatch(/^trialogue_updates_refused_total\{rule="schema"\} 0$/m);
});
