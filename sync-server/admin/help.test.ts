import { describe, expect, test } from 'vitest';

import { silentLog } from '../log.ts';
import { runAdmin } from '../testing/run-admin.ts';
import { referencePage } from './help.ts';
import { createProgram } from './program.ts';
import { REFERENCE } from './reference.ts';

const output = { answer: () => {}, report: () => {} };
const program = createProgram({ env: {}, log: silentLog }, '0.0.0', output, () => Promise.resolve());
const names = program.commands.map((command) => command.name());
// No command gets as far as a database.
const admin = (...words: string[]) => runAdmin({ DATABASE_URL: 'postgres://127.0.0.1:1/none' }, words);

test('[SERVER-5] docs/admin.md is what the commands say of themselves', async () => {
  await expect(referencePage(program)).toMatchFileSnapshot('../../docs/admin.md');
});

test('[SERVER-5] the reference has every command, and no other', () => {
  expect(names.toSorted()).toEqual(Object.keys(REFERENCE).toSorted());
});

test.each(['help', '--help', '-h'])('[SERVER-5] %s lists all commands in groups, with exit codes', async (word) => {
  const { code, stdout, stderr } = await admin(word);
  expect([code, stderr]).toEqual([0, '']);
  for (const name of names) expect(stdout).toContain(`\n  ${name} `);
  for (const part of ['Keeping and erasing:', 'People:', 'Ends with:']) expect(stdout).toContain(part);
});

describe.each(names)('%s', (name) => {
  test('[SERVER-5] tells what it does, its options, examples, JSON and exit codes', async () => {
    const [asked, flagged] = [await admin('help', name), await admin(name, '--help')];
    expect([asked.code, asked.stdout]).toEqual([0, flagged.stdout]);
    for (const part of [`Usage: admin ${name}`, 'Examples:', 'With --json, one object:', 'Ends with:']) {
      expect(asked.stdout).toContain(part);
    }
    const command = program.commands.find((one) => one.name() === name)!;
    for (const { flags, description } of command.options) expect([flags, description]).not.toEqual([flags, '']);
    for (const argument of command.registeredArguments)
      expect([argument.name(), argument.description]).not.toEqual([argument.name(), '']);
  });

  test('[SERVER-5] has examples that it understands', () => {
    for (const example of REFERENCE[name]!.examples) {
      const words = [...example.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
      expect(words[0]).toBe(name);
      const command = program.commands.find((one) => one.name() === name)!;
      const flags = words.filter((word) => word.startsWith('--') && word !== '--json');
      expect(flags.filter((flag) => !command.options.some(({ long }) => long === flag))).toEqual([]);
      const missing = command.options.filter(({ mandatory, long }) => mandatory && !flags.includes(long!));
      expect(missing.map(({ long }) => long)).toEqual([]);
    }
  });
});

test('[SERVER-5] an unknown command or option names the nearest', async () => {
  const [command, option] = [await admin('retentoin'), await admin('check', '--jsno')];
  expect([command.code, command.stderr]).toEqual([2, expect.stringContaining('Did you mean retention?')]);
  expect([option.code, option.stderr]).toEqual([2, expect.stringContaining('Did you mean --json?')]);
});

test('[SERVER-5] ends with 3 when the database can not be reached', async () => {
  const run = await admin('list-agencies', '--json');
  expect([run.code, run.stdout]).toEqual([3, '']);
  expect(run.stderr).toMatch(/^admin: The database can not be reached\./);
});
