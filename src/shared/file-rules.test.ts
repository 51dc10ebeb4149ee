import { describe, expect, it } from 'vitest';

import { errorOf, problemOf } from './file-rules.ts';
import { readGivenFile } from './file-views.ts';

const limits = (types: string[] = ['*']) => ({ allowed: true, mostBytes: 1_000, mostFiles: 20, types });
const kindOf = (name: string, type: string, types?: string[], bytes = 10) =>
  problemOf({ name, type, bytes }, limits(types))?.kind ?? null;

describe('what is said of a file before it is uploaded', () => {
  it('[THREAD-5] too large, empty, a program, a photo that nobody can read, files turned off', () => {
    expect(kindOf('a.txt', 'text/plain', ['*'], 1_001)).toBe('large');
    expect(kindOf('a.txt', 'text/plain', ['*'], 1_000)).toBeNull();
    expect(kindOf('a.txt', '', ['*'], 0)).toBe('empty');
    for (const name of ['a.exe', 'a.txt.BAT', 'setup.msi ', 'a.docm']) expect(kindOf(name, ''), name).toBe('executable');
    for (const [name, type] of [
      ['IMG_1.HEIC', ''],
      ['a', 'image/heif'],
    ] as const)
      expect(kindOf(name, type)).toBe('heic');
    expect(problemOf({ name: 'a', type: '', bytes: 1 }, { ...limits(), allowed: false })).toEqual({ kind: 'off' });
    expect(errorOf({ kind: 'large', mostBytes: 25 * 1024 * 1024 }).message).toContain('25 MB');
  });

  it('[THREAD-5] of another kind than is taken, where that is sure; else the server looks', () => {
    const types = ['image/*', 'application/pdf', 'text/plain'];
    expect(kindOf('a.png', 'image/png', types)).toBeNull();
    expect(kindOf('a.mp4', 'video/mp4', types)).toBe('type');
    expect(kindOf('a.png', 'image/png', ['application/pdf'])).toBe('type');
    // What is text to the server has many names.
    for (const type of ['text/markdown', 'application/json', 'image/svg+xml', ''])
      expect(kindOf('a', type, types), type).toBeNull();
    expect(kindOf('a.wav', 'audio/wav', ['audio/vnd.wave'])).toBeNull();
  });
});

describe('what the page says of a file that it gives', () => {
  const said = { conversation: 'c', thread: 'team', name: 'a b.png', type: 'image/png', bytes: '5', width: '3', height: '4' };
  const read = (changes: Record<string, string>, pathname = '/files') =>
    readGivenFile({ pathname, searchParams: Object.entries({ ...said, ...changes }) });

  it('[THREAD-5] is read from the query, or isn’t one', () => {
    expect(read({})).toEqual({ ...said, bytes: 5, width: 3, height: 4 });
    expect(read({ thread: 'other' })).toBeNull();
    expect(read({ bytes: '-5' })).toBeNull();
    expect(read({ name: '' })).toBeNull();
    expect(read({}, '/file')).toBeNull();
  });
});
