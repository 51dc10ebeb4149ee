import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Log } from './platform.ts';
import { createSecretsFile, PLAIN, type Seal } from './secrets-file.ts';

let folder: string;
const warnings: string[] = [];
const log: Log = { info: () => undefined, warn: (event) => void warnings.push(event), error: () => undefined };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secrets-'));
  warnings.length = 0;
});
afterEach(() => rm(folder, { recursive: true }));

/** A keyring that only opens what it sealed itself. */
const keyring = (key: string, again = false): Seal => ({
  seal: async (value) => `${key}:${Buffer.from(value).toString('base64')}`,
  open: async (sealed) => {
    const [sealedWith, bytes] = sealed.split(':');
    if (sealedWith !== key && !again) throw new Error('another key');
    return { value: Buffer.from(bytes!, 'base64').toString(), again: sealedWith !== key };
  },
});

describe('secrets in a file', () => {
  it('[HOST-10] keeps them for this user alone and leaves no other file behind', async () => {
    const secrets = createSecretsFile(join(folder, 'new/secrets.json'), PLAIN, log);
    await Promise.all([secrets.write('a', '1'), secrets.write('b', '2'), secrets.write('__proto__', '3'), secrets.remove('b')]);
    expect(await readdir(join(folder, 'new'))).toEqual(['secrets.json']);
    expect((await stat(join(folder, 'new/secrets.json'))).mode & 0o777).toBe(0o600);
    const again = createSecretsFile(join(folder, 'new/secrets.json'), PLAIN, log);
    expect(await Promise.all(['a', 'b', 'c', 'toString'].map((name) => again.read(name)))).toEqual(['1', null, null, null]);
  });

  it.each(['', 'x', '[]', '{"a":1}', '{"a":"1"'])(
    '[HOST-10] takes a broken file (%j) as signed out and keeps it aside',
    async (text) => {
      await writeFile(join(folder, 'secrets.json'), text);
      const secrets = createSecretsFile(join(folder, 'secrets.json'), PLAIN, log);
      expect(await secrets.read('a')).toBeNull();
      await secrets.write('a', '2');
      expect(await secrets.read('a')).toBe('2');
      expect(await readFile(join(folder, 'secrets.json.unreadable'), 'utf8')).toBe(text);
      expect(warnings).toEqual(['secrets.unreadable']);
    },
  );

  it('[SHELL-6] takes another keyring as signed out, and keeps the file aside', async () => {
    const path = join(folder, 'secrets.json');
    await createSecretsFile(path, keyring('old'), log).write('refresh', 'token');
    const secrets = createSecretsFile(path, keyring('new'), log);
    expect(await secrets.read('refresh')).toBeNull();
    expect(warnings).toEqual(['secrets.unreadable']);
    expect(await readFile(`${path}.unreadable`, 'utf8')).toContain('old:');
    await secrets.write('refresh', 'another');
    expect(await secrets.read('refresh')).toBe('another');
  });

  it('[SHELL-6] seals again when the system changed its key', async () => {
    const path = join(folder, 'secrets.json');
    await createSecretsFile(path, keyring('old'), log).write('refresh', 'token');
    expect(await createSecretsFile(path, keyring('new', true), log).read('refresh')).toBe('token');
    expect(await readFile(path, 'utf8')).toContain('new:');
  });
});
