import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { profileFolder } from './app.ts';
import { createChildren } from './children.ts';
import { findElectron } from './electron-binary.ts';
import { historyName, readPeople } from './history.ts';
import { chooseHost, type ElectronState } from './host-choice.ts';
import { type Person, readRunning, type Running, takeLock } from './lock.ts';
import { readOptions } from './options.ts';
import { isCurrent } from './page.ts';
import { firstPerson } from './run.ts';
import { findPerson } from './second-person.ts';
import { alreadyRuns, paintFor, summary } from './summary.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launcher-'));
});
afterEach(() => rm(folder, { recursive: true }));

const people: Person[] = [
  { name: 'Ida', email: 'ida@demo.example', role: 'owner' },
  { name: 'Ben', email: 'ben@demo.example', role: 'staff' },
  { name: 'Cleo', email: 'cleo@demo.example', role: 'client' },
];
const running = (pid: number): Running => ({
  pid,
  server: 'http://127.0.0.1:8787',
  serverPid: pid + 1,
  appPid: null,
  app: 'http://127.0.0.1:4000/',
  history: 'demo',
  password: 'secret',
  people,
});

const start = (code: string) => {
  const children = createChildren();
  const env = process.env;
  const args = ['-e', code];
  const child = children.start({
    name: 'the child',
    command: process.execPath,
    args,
    cwd: folder,
    env,
    logFile: join(folder, 'log'),
  });
  return { children, child };
};

describe('the choice of a host', () => {
  const there: ElectronState = { kind: 'there', path: '/electron' };
  const linux = { open: true, platform: 'linux' as const, env: { DISPLAY: ':0' } };

  it('[START-1] takes Electron where its binary is', () => {
    expect(chooseHost(linux, there)).toEqual({
      host: 'electron',
      path: '/electron',
      why: expect.stringContaining('its binary is here'),
    });
    expect(chooseHost({ ...linux, env: { WAYLAND_DISPLAY: 'wayland-0' } }, there).host).toBe('electron');
    expect(chooseHost({ open: true, platform: 'darwin', env: {} }, there).host).toBe('electron');
  });

  it.each<[string, ElectronState]>([
    ['still being fetched', { kind: 'fetching' }],
    ['on this network', { kind: 'failed', when: 'now' }],
    ['before', { kind: 'failed', when: 'before' }],
  ])('[START-1] falls back to a browser window and says why (%s)', (words, electron) => {
    expect(chooseHost(linux, electron)).toEqual({ host: 'node', open: true, why: expect.stringContaining(words) });
  });

  it('[START-1] opens nothing with --no-open, and no Electron without a display', () => {
    expect(chooseHost({ ...linux, open: false }, there)).toMatchObject({ host: 'node', open: false });
    expect(chooseHost({ ...linux, env: {} }, there)).toMatchObject({ host: 'node', why: expect.stringContaining('no display') });
  });

  it('[START-1] finds the binary in the package or where it is told', async () => {
    expect(findElectron(folder, 'linux', undefined)).toBeNull();
    await mkdir(join(folder, 'node_modules/electron/dist'), { recursive: true });
    await writeFile(join(folder, 'node_modules/electron/dist/electron'), '');
    expect(findElectron(folder, 'linux', undefined)).toBe(join(folder, 'node_modules/electron/dist/electron'));
    expect(findElectron(folder, 'linux', join(folder, 'elsewhere'))).toBeNull();
  });
});

describe('the lock', () => {
  it('[START-2] is held by one, tells the others about it, and is free afterwards', async () => {
    const first = takeLock(folder, running(100), () => true);
    expect(first.kind).toBe('ours');
    expect(takeLock(folder, running(200), (pid) => pid === 100)).toEqual({ kind: 'taken', running: running(100) });
    expect(alreadyRuns(running(100), folder)).toMatch(
      /already runs \(pid 100\): server http:\/\/127\.0\.0\.1:8787, app http.*--data-dir/s,
    );
    const { lock } = first as Extract<typeof first, { kind: 'ours' }>;
    lock.update({ ...running(100), app: 'window' });
    expect(readRunning(folder)?.app).toBe('window');
    expect((await stat(join(folder, 'running.json'))).mode & 0o777).toBe(0o600);
    lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('[START-2] is taken over from a start that is gone, and says what that left behind', async () => {
    takeLock(folder, running(100), () => true);
    const next = takeLock(folder, running(200), () => false);
    expect(next).toMatchObject({ kind: 'ours', lock: { leftBehind: running(100) } });
    expect(readRunning(folder)?.pid).toBe(200);
    expect(await readdir(folder)).toEqual(['running.json']);
  });

  it('[START-2] is taken over from a file that nobody can read', async () => {
    await writeFile(join(folder, 'running.json'), '{"pid":');
    expect(takeLock(folder, running(200), () => true)).toMatchObject({ kind: 'ours', lock: { leftBehind: null } });
  });

  it('[START-3] says what to do when its folder can’t be written', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(() => takeLock(join(folder, 'file/data'), running(1), () => true)).toThrow('--data-dir');
  });
});

describe('options', () => {
  it('[START-3] are relative to where npm was called', async () => {
    await writeFile(join(folder, 'history.jsonl'), '');
    expect(readOptions(['--import', 'history.jsonl', '--no-open', '--data-dir', 'd'], folder, '/default')).toEqual({
      dataDir: join(folder, 'd'),
      open: false,
      importFile: join(folder, 'history.jsonl'),
      as: null,
    });
    expect(readOptions([], folder, '/default')).toMatchObject({ dataDir: '/default', open: true });
  });

  it.each([
    [['--import', 'absent.jsonl'], 'Nothing was started'],
    [['--import', '.'], 'not a file'],
    [['--nonsense'], 'Usage'],
    [['--as', 'a@b.example', '--import', 'x'], 'without --import'],
  ])('[START-3] refuses %j before anything starts', (argv, words) => {
    expect(() => readOptions(argv, folder, '/default')).toThrow(words);
  });
});

describe('people', () => {
  it('[START-4] shows the app as owner or staff, who see all of it', () => {
    expect(firstPerson(people).name).toBe('Ida');
    expect(firstPerson([people[2]!, people[1]!]).name).toBe('Ben');
  });

  it('[START-4] lists the others with what they need to sign in', () => {
    const facts = {
      app: {
        address: 'http://127.0.0.1:4000/?token=t',
        origin: 'http://127.0.0.1:4000',
        window: 'none, since there is no display',
      },
      choice: { host: 'node', open: true, why: 'a browser window: because' } as const,
      server: 'http://127.0.0.1:8787',
      person: people[1]!,
      known: { agency: 'Demo', password: 'secret', people },
    };
    const text = summary(facts, paintFor(false, undefined));
    expect(text).toContain('http://127.0.0.1:4000/?token=t');
    expect(text).toContain('a browser window: because; window: none, since there is no display');
    const opened = summary(
      { ...facts, app: { ...facts.app, address: null, window: '/usr/bin/chromium' } },
      paintFor(false, undefined),
    );
    expect(opened).toContain('in its own window');
    expect(opened).not.toContain('token');
    expect(text).toContain('password secret');
    expect(text).toContain('npm start -- --as cleo@demo.example');
    expect(text).not.toContain('\u001B');
    expect(summary(facts, paintFor(true, undefined))).toContain('\u001B[1m');
  });

  it('[START-5] finds the second person, and names those there are otherwise', () => {
    expect(findPerson(people, ' Cleo@Demo.example', 'demo').name).toBe('Cleo');
    expect(() => findPerson(people, 'zoe@demo.example', 'demo')).toThrow('ben@demo.example');
    expect(findPerson(people, 'p9@import.example', 'import-1').email).toBe('p9@import.example');
    expect(profileFolder('/d', 'demo', 'Cleo@demo.example')).toBe(join('/d', 'app-demo-cleo-demo-example'));
  });

  it('[START-6] gives each history its own name', async () => {
    const [a, b] = [join(folder, 'a'), join(folder, 'b')];
    await Promise.all([writeFile(a, '1'), writeFile(b, '2')]);
    expect(await historyName(null)).toBe('demo');
    expect(await historyName(a)).toMatch(/^import-[0-9a-f]{12}$/);
    expect(await historyName(a)).not.toBe(await historyName(b));
    expect(readPeople({ people, messages: 5 })).toMatchObject({ agency: 'Imported', people });
  });
});

describe('the built page', () => {
  it('[START-7] is built again when a source is newer, or it is missing', async () => {
    const [built, source] = [join(folder, 'index.html'), join(folder, 'src')];
    await mkdir(join(source, 'deep'), { recursive: true });
    await writeFile(join(source, 'deep/a.ts'), '');
    expect(isCurrent(built, [source])).toBe(false);
    await writeFile(built, '');
    const later = new Date(Date.now() + 60_000);
    await utimes(built, later, later);
    expect(isCurrent(built, [source, join(folder, 'absent')])).toBe(true);
    const latest = new Date(Date.now() + 120_000);
    await utimes(join(source, 'deep/a.ts'), latest, latest);
    expect(isCurrent(built, [source])).toBe(false);
  });
});

describe('children', () => {
  it('[START-8] are waited for by a line, asked to end, and leave their words in a log', async () => {
    const { children, child } = start(
      "process.on('SIGTERM', () => { console.log('bye'); process.exit(7) }); setInterval(() => {}, 1e6); console.log('ready http://a')",
    );
    expect((await child.line(/^ready (\S+)$/, 20_000))[1]).toBe('http://a');
    await children.stopAll();
    expect(await child.exited).toBe(7);
    expect(await readFile(join(folder, 'log'), 'utf8')).toBe('ready http://a\nbye\n');
    expect(() => children.start({ name: '', command: '', args: [], cwd: '', env: {}, logFile: '' })).toThrow('Stopped');
  });

  it('[START-8] that end while starting are named, with their last words', async () => {
    const { child } = start("console.error('the port is taken'); process.exit(3)");
    await expect(child.line(/^ready/, 20_000)).rejects.toThrow(/the child ended while starting \(exit 3\)\.\nthe port is taken/);
  });

  it('[START-8] that can’t be found are named', async () => {
    const children = createChildren();
    const child = children.start({
      name: 'it',
      command: join(folder, 'absent'),
      args: [],
      cwd: folder,
      env: {},
      logFile: join(folder, 'log'),
    });
    await expect(child.line(/x/, 20_000)).rejects.toThrow('ENOENT');
    await children.stopAll();
  });
});
