#!/usr/bin/env node
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { makeRpm } from './rpm.ts';

/** Stands in for `fpm`, which the builder wants for packages and which no registry here has: makes a deb with Debian's own tool, and an rpm with rpm's. For tests. */
const WITHOUT_VALUE = new Set(['--force']);
const REPEATED = { '-d': 'depends', '--deb-recommends': 'recommends' } as const;

const options = new Map<string, string>();
const lists = { depends: [] as string[], recommends: [] as string[] };
const files: [from: string, to: string][] = [];
const given = process.argv.slice(2);
for (let at = 0; at < given.length; at++) {
  const word = given[at]!;
  if (WITHOUT_VALUE.has(word)) continue;
  if (word in REPEATED) lists[REPEATED[word as keyof typeof REPEATED]].push(given[++at]!);
  else if (word.startsWith('-')) options.set(word.replace(/^-+/, ''), given[++at]!);
  else {
    const cut = word.indexOf('=/');
    files.push([word.slice(0, cut), word.slice(cut + 1)]);
  }
}
const option = (name: string): string => options.get(name) ?? '';
const kind = option('t');
if (kind !== 'deb' && kind !== 'rpm') throw new Error(`this one makes debs and rpms only, not ${kind}`);

const root = mkdtempSync(join(tmpdir(), 'deb-'));
chmodSync(root, 0o755);
try {
  for (const [from, to] of files) {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    cpSync(from, join(root, to), { recursive: true });
  }
  if (kind === 'rpm') makeRpm(root, { option, depends: lists.depends });
  else makeDeb();
} finally {
  rmSync(root, { recursive: true, force: true });
}

function makeDeb(): void {
  mkdirSync(join(root, 'DEBIAN'));
  const control = {
    Package: option('name'),
    Version: option('version'),
    Architecture: option('architecture'),
    Maintainer: option('maintainer'),
    Depends: lists.depends.join(', '),
    Recommends: lists.recommends.join(', '),
    Priority: option('deb-priority'),
    Homepage: option('url'),
    Description: option('description').trim().replaceAll('\n', '\n '),
  };
  const lines = Object.entries(control).filter(([, value]) => value !== '');
  writeFileSync(join(root, 'DEBIAN/control'), lines.map(([name, value]) => `${name}: ${value}\n`).join(''));
  for (const [name, file] of [
    ['after-install', 'postinst'],
    ['after-remove', 'postrm'],
  ] as const) {
    if (!options.has(name)) continue;
    copyFileSync(option(name), join(root, 'DEBIAN', file));
    chmodSync(join(root, 'DEBIAN', file), 0o755);
  }
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '-z1', '--build', root, option('package')], { stdio: 'inherit' });
}
