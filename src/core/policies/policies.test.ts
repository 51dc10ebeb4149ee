import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';

import { afterAll, describe, expect, it } from 'vitest';

import { defaultPolicy, enforcedPolicy, NO_POLICIES, POLICIES, POLICY_NAMES } from '#shared/policies.ts';

import type { LogFields } from '../platform.ts';
import { silentLog } from '../testing/test-platform.ts';
import { loadPolicies, runProgram, type PolicySystem } from './load.ts';
import { parseRegistry } from './registry.ts';
import { resolvePolicies } from './resolve.ts';

const root = mkdtempSync(join(tmpdir(), 'policies-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
function folder(files: Record<string, string>): string {
  const path = join(root, String(++folders));
  mkdirSync(path);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}
const machine = (changes: Partial<PolicySystem>): PolicySystem => ({
  platform: 'linux',
  folder: null,
  systemRoot: 'C:\\Windows',
  run: () => Promise.reject(new Error('not here')),
  ...changes,
});

function printed(hive: string): string {
  return [
    '',
    `${hive}\\Software\\Policies\\Trialogue`,
    '    (Default)    REG_SZ    (value not set)',
    '    ServerAddress    REG_SZ    https://chat.example.com',
    '    CacheDays    REG_DWORD    0x1e',
    '    Odd Name    REG_BINARY    00FF',
    '',
    `${hive}\\Software\\Policies\\Trialogue\\Recommended`,
    '    NotificationText    REG_DWORD    0x0',
    '',
    `${hive}\\Software\\Policies\\Trialogue\\Elsewhere`,
    '    CacheDays    REG_DWORD    0x5',
    '',
  ].join('\r\n');
}

describe('policies', () => {
  it('[IT-2] takes an example of each, and nothing else under the same name', () => {
    for (const name of POLICY_NAMES) {
      const { value, example } = POLICIES[name];
      expect(value.safeParse(example).success, name).toBe(true);
      for (const wrong of [null, [], {}, -1, 0.5, 'ftp://x', 'chat.example.com', '', 100_000]) {
        expect(value.safeParse(wrong).success, `${name} ${JSON.stringify(wrong)}`).toBe(false);
      }
    }
  });

  it('[IT-2] what is enforced counts before what is a default, the stronger source before the weaker', () => {
    const policies = resolvePolicies({
      sources: [
        { where: 'weak default', level: 'default', values: { NotificationText: true, ServerAddress: 'https://a.example' } },
        { where: 'machine', level: 'enforced', values: { NotificationText: 0 } },
        { where: 'person', level: 'enforced', values: { NotificationText: 1, CacheDays: 30 } },
      ],
      problems: [],
    });
    expect(policies.problems).toEqual([]);
    expect(policies.entries.map(({ name }) => name)).toEqual(POLICY_NAMES);
    expect(policies.entries.filter(({ set }) => set !== null)).toEqual([
      { name: 'ServerAddress', set: { value: 'https://a.example', level: 'default', where: 'weak default' } },
      { name: 'CacheDays', set: { value: 30, level: 'enforced', where: 'person' } },
      { name: 'NotificationText', set: { value: false, level: 'enforced', where: 'machine' } },
    ]);
    expect(enforcedPolicy(policies, 'NotificationText')).toBe(false);
    expect(enforcedPolicy(policies, 'ServerAddress')).toBeUndefined();
    expect(defaultPolicy(policies, 'ServerAddress')).toBe('https://a.example');
  });

  it('[IT-2] what is wrong is told and passed over, and the rest still holds', () => {
    const policies = resolvePolicies({
      sources: [
        {
          where: 'a',
          level: 'enforced',
          values: { ServerAddress: 'htp:/wrong', CacheDays: 0, Nonsense: 1, AttachmentsEnabled: false, toString: 'x' },
        },
        { where: 'b', level: 'enforced', values: { ServerAddress: 'https://b.example/' } },
        { where: 'c', level: 'default', values: { CacheDays: 5 } },
      ],
      problems: [{ where: 'before', name: null, message: 'x' }],
    });
    expect(policies.problems.map(({ where, name }) => [where, name])).toEqual([
      ['before', null],
      ['a', 'ServerAddress'],
      ['a', 'CacheDays'],
      ['a', 'Nonsense'],
      ['a', 'toString'],
      ['c', 'CacheDays'],
    ]);
    expect(policies.problems.map(({ message }) => message)).toEqual([
      'x',
      'is no address like https://chat.example.com',
      'is no whole number from 1 to 3650',
      'is no policy of this version',
      'is no policy of this version',
      'can only be enforced: people have no setting for it that a default could be the start of',
    ]);
    expect(policies.entries.flatMap(({ set }) => set?.value ?? [])).toEqual(['https://b.example', false]);
  });
});

describe('Linux', () => {
  it('[IT-2] reads all files of the folder, the later in the alphabet first, and tells of those that it can’t', async () => {
    const path = folder({
      '10-base.json': '{"enforced":{"ServerAddress":"https://base.example","CacheDays":90}}',
      '20-team.json': '{"enforced":{"CacheDays":30},"defaults":{"NotificationText":false}}',
      '30-broken.json': '{"enforced":',
      '40-flat.json': '{"CacheDays":1}',
      'notes.txt': 'not read',
    });
    const lines: [string, LogFields | undefined][] = [];
    const log = { ...silentLog, warn: (event: string, fields?: LogFields) => void lines.push([event, fields]) };
    const policies = await loadPolicies(machine({ folder: path }), log);
    expect(policies.entries.flatMap(({ set }) => (set ? [[set.value, set.level, set.where.replace(path, '')]] : []))).toEqual([
      ['https://base.example', 'enforced', '/10-base.json'],
      [30, 'enforced', '/20-team.json'],
      [false, 'default', '/20-team.json'],
    ]);
    expect(policies.problems.map(({ where, message }) => [where.replace(path, ''), message])).toEqual([
      ['/40-flat.json', 'must hold an object with “enforced” and “defaults”, and nothing else beside them'],
      ['/30-broken.json', 'is no JSON'],
    ]);
    expect(lines).toEqual([
      ['policy-refused', { where: join(path, '40-flat.json'), reason: expect.any(String) }],
      ['policy-refused', { where: join(path, '30-broken.json'), reason: 'is no JSON' }],
    ]);
  });

  it('[IT-2] without a folder nothing is settled, and nothing is wrong', async () => {
    expect(await loadPolicies(machine({ folder: join(root, 'none') }), silentLog)).toEqual(NO_POLICIES);
  });
});

describe('Windows', () => {
  it('[IT-2] reads what reg.exe prints', () => {
    expect(parseRegistry('HKLM', printed('HKEY_LOCAL_MACHINE'))).toEqual([
      {
        where: 'HKLM\\Software\\Policies\\Trialogue',
        level: 'enforced',
        values: { ServerAddress: 'https://chat.example.com', CacheDays: 30, 'Odd Name': '00FF' },
      },
      { where: 'HKLM\\Software\\Policies\\Trialogue\\Recommended', level: 'default', values: { NotificationText: 0 } },
    ]);
  });

  it('[IT-2] the machine’s values count before the user’s, and a key that isn’t there is no problem', async () => {
    const asked: string[][] = [];
    const user =
      '\r\nHKEY_CURRENT_USER\\Software\\Policies\\Trialogue\r\n    CacheDays    REG_DWORD    0x7\r\n    AttachmentsEnabled    REG_DWORD    0x0\r\n';
    const run = async (command: string, args: string[]) => {
      asked.push([command, ...args]);
      return args[1]!.startsWith('HKLM') ? printed('HKEY_LOCAL_MACHINE') : user;
    };
    const { entries, problems } = await loadPolicies(machine({ platform: 'win32', run }), silentLog);
    expect(asked[0]).toEqual(['C:\\Windows\\System32\\reg.exe', 'query', 'HKLM\\Software\\Policies\\Trialogue', '/s', '/reg:64']);
    expect(entries.flatMap(({ set }) => (set ? [[set.value, set.level, set.where.slice(0, 4)]] : []))).toEqual([
      ['https://chat.example.com', 'enforced', 'HKLM'],
      [30, 'enforced', 'HKLM'],
      [false, 'enforced', 'HKCU'],
      [false, 'default', 'HKLM'],
    ]);
    expect(problems).toEqual([
      { where: 'HKLM\\Software\\Policies\\Trialogue', name: 'Odd Name', message: 'is no policy of this version' },
    ]);
    expect(await loadPolicies(machine({ platform: 'win32', run: async () => null }), silentLog)).toEqual(NO_POLICIES);
  });

  it('[IT-2] a registry that can’t be asked is told, and the app starts', async () => {
    const { entries, problems } = await loadPolicies(machine({ platform: 'win32' }), silentLog);
    expect(entries.every(({ set }) => set === null)).toBe(true);
    expect(problems).toEqual([{ where: 'Software\\Policies\\Trialogue', name: null, message: 'can’t be read (Error)' }]);
  });
});

describe('macOS', () => {
  it('[IT-2] only what a profile forces is enforced', async () => {
    const answer = [
      { name: 'CacheDays', value: 30, forced: true },
      { name: 'Unknown', value: 'x', forced: true },
      { name: 'ServerAddress', value: 'https://chat.example.com', forced: false },
    ];
    const asked: string[][] = [];
    const run = async (command: string, args: string[]) => (asked.push([command, ...args]), JSON.stringify(answer));
    const { entries, problems } = await loadPolicies(machine({ platform: 'darwin', run }), silentLog);
    expect(asked).toEqual([
      [
        '/usr/bin/osascript',
        '-l',
        'JavaScript',
        '-e',
        expect.stringContaining('objectIsForcedForKeyInDomain'),
        'app.trialogue.desktop',
        ...POLICY_NAMES,
      ],
    ]);
    expect(entries.filter(({ set }) => set).map(({ name, set }) => [name, set!.level])).toEqual([
      ['ServerAddress', 'default'],
      ['CacheDays', 'enforced'],
    ]);
    expect(problems.map(({ name }) => name)).toEqual(['Unknown']);
  });

  it('[IT-2] the script itself sorts what is forced from the rest', async () => {
    let script = '';
    await loadPolicies(machine({ platform: 'darwin', run: async (_command, args) => ((script = args[3]!), '[]') }), silentLog);
    const all = { CacheDays: 30, ServerAddress: 'https://chat.example.com', AppleLocale: 'en_PH', Unknown: 1 };
    const system = {
      ObjC: { import: () => undefined, deepUnwrap: (value: unknown) => value },
      $: {
        NSUserDefaults: {
          alloc: {
            initWithSuiteName: () => ({
              dictionaryRepresentation: all,
              objectIsForcedForKeyInDomain: (name: string) => ['CacheDays', 'Unknown'].includes(name),
            }),
          },
        },
      },
    };
    const run = runInNewContext(`${script}\nrun;`, system) as (args: string[]) => string;
    expect(JSON.parse(run(['app.trialogue.desktop', ...POLICY_NAMES]))).toEqual([
      { name: 'CacheDays', value: 30, forced: true },
      { name: 'ServerAddress', value: 'https://chat.example.com', forced: false },
      { name: 'Unknown', value: 1, forced: true },
    ]);
  });
});

describe('programs of the system', () => {
  it('[IT-2] a failure is told apart from a program that isn’t there', async () => {
    expect(await runProgram(process.execPath, ['-e', 'console.log(1)'])).toBe('1\n');
    expect(await runProgram(process.execPath, ['-e', 'process.exit(1)'])).toBeNull();
    await expect(runProgram(join(root, 'no-such-program'), [])).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
