import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, '.github/workflows');

type Step = { uses?: string; run?: string; with?: Record<string, unknown> };
type Job = { steps: Step[]; permissions?: Record<string, string>; environment?: string };
type Workflow = { permissions: Record<string, string>; jobs: Record<string, Job>; on: Record<string, unknown> };

const workflows = readdirSync(FOLDER).map((name) => ({
  name,
  workflow: parse(readFileSync(join(FOLDER, name), 'utf8')) as Workflow,
}));
const jobs = workflows.flatMap(({ name, workflow }) =>
  Object.entries(workflow.jobs).map(([id, job]) => ({ name: `${name} ${id}`, job })),
);
const steps = jobs.flatMap(({ job }) => job.steps);
const scripts = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts;

describe('workflows', () => {
  it('[IT-1] every action is pinned by the hash of a version', () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(5);
    expect(used.filter((one) => !/^[\w.-]+\/[\w.-]+@[0-9a-f]{40}$/.test(one))).toEqual([]);
    for (const { name } of workflows) {
      const lines = readFileSync(join(FOLDER, name), 'utf8')
        .split('\n')
        .filter((line) => line.includes('uses:'));
      expect(lines.filter((line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
    }
  });

  it('[IT-1] may read the repository, and more only where it is said why', () => {
    for (const { workflow } of workflows) expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(jobs.filter(({ job }) => job.permissions).map(({ name, job }) => [name, job.permissions])).toEqual([
      ['release.yml draft', { contents: 'write', 'id-token': 'write', attestations: 'write' }],
    ]);
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.every((step) => step.with?.['persist-credentials'] === false)).toBe(true);
  });

  it('[IT-1] nothing that others name is put into a script, and secrets are those of an environment', () => {
    expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([]);
    const secret = jobs.filter(({ job }) => JSON.stringify(job).includes('secrets.'));
    expect(secret.length).toBeGreaterThan(0);
    expect(secret.filter(({ job }) => job.environment !== 'release')).toEqual([]);
    for (const { workflow } of workflows) expect(workflow.on).not.toHaveProperty('pull_request_target');
  });

  it('[IT-1] runs only scripts that there are', () => {
    const called = steps.flatMap(({ run }) => Array.from(run?.matchAll(/npm run ([\w:]+)/g) ?? [], (match) => match[1]!));
    expect(called.filter((name) => !(name in scripts))).toEqual([]);
    expect(called).toContain('dist');
    const programs = steps.flatMap(({ run }) => Array.from(run?.matchAll(/node (\S+\.ts)/g) ?? [], (match) => match[1]!));
    expect(programs.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(programs).toHaveLength(2);
  });
});
