import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { CONFIG_VARIABLES } from './config.ts';
import { SERVER_FLAGS } from './node-flags.ts';

const text = (path: string): string => readFileSync(join(import.meta.dirname, '..', path), 'utf8');
const page = text('docs/deploy-server.md');

it('[SERVER-6] docs/deploy-server.md has every variable of the environment, and no other', () => {
  const table = page.slice(page.indexOf('## Environment'), page.indexOf('## Load balancer'));
  const told = Array.from(table.matchAll(/^\| `([A-Z_]+)` \|/gm), ([, name]) => name);
  expect(new Set(told)).toEqual(new Set(CONFIG_VARIABLES));
});

it('[SERVER-6] image, compose file and unit set variables that there are', () => {
  const compose = text('resources/server/compose.yaml');
  const environment = compose.slice(compose.indexOf('environment: &environment'), compose.indexOf('volumes:'));
  const image = /^ENV (.+)$/m.exec(text('resources/server/Containerfile'))![1]!;
  const unit = /^Environment=(.+)$/m.exec(text('resources/server/trialogue-server.service'))![1]!;
  const names = [
    ...Array.from(environment.matchAll(/^ {4}([A-Z_]+):/gm), ([, name]) => name),
    ...[image, unit].flatMap((line) => line.split(' ').map((pair) => pair.split('=')[0])),
  ];
  expect(names.length).toBeGreaterThan(8);
  for (const name of names) expect(CONFIG_VARIABLES).toContain(name);
});

it('[SERVER-6] what the pages and files for who runs it speak of is there', () => {
  for (const [, path] of page.matchAll(/`((?:resources|src|e2e)\/[\w./-]+)`/g)) expect(text(path!), path).not.toBe('');
  for (const [, path] of page.matchAll(/\]\(([\w./-]+\.md)/g)) expect(text(join('docs', path!)), path).not.toBe('');
});

it('[SERVER-6] package, image and unit run a node as it was measured', () => {
  const command = ['node', ...SERVER_FLAGS, 'sync-server/main.ts'];
  expect(JSON.parse(text('package.json'))).toHaveProperty('scripts.server', command.join(' '));
  expect(text('resources/server/Containerfile')).toContain(`CMD ${JSON.stringify(command).replaceAll(',', ', ')}`);
  expect(text('resources/server/trialogue-server.service')).toContain(`ExecStart=/usr/bin/${command.join(' ')}\n`);
});
