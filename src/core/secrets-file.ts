import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

import { writeAtomically } from './atomic-file.ts';
import type { Log, Platform } from './platform.ts';

/** How a value stands in the file. `open` rejects when it can't be read any more, e.g. with another keyring. */
export type Seal = {
  seal(value: string): Promise<string>;
  /** `again`: what it should be replaced with, since the system's key changed. */
  open(sealed: string): Promise<{ value: string; again: boolean }>;
};

/** For hosts without a store of the system: the file's mode is all that protects it, and `capabilities.secretStore` says so. */
export const PLAIN: Seal = {
  seal: (value) => Promise.resolve(value),
  open: (value) => Promise.resolve({ value, again: false }),
};

/**
 * Secrets in a file that only this user can read. What can't be read any more means signed out, never broken: the file is
 * kept aside as `<path>.unreadable`.
 */
export function createSecretsFile(path: string, seal: Seal, log: Log): Platform['secrets'] {
  /** One after the other, or a later change would undo an earlier one. */
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(work);
    last = done.catch(() => undefined); // told to who asked; the next one is its own
    return done;
  }

  async function load(): Promise<Map<string, string>> {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '{}';
      throw error;
    });
    return parse(text) ?? (await putAside('broken'));
  }

  async function putAside(why: string): Promise<Map<string, string>> {
    log.warn('secrets.unreadable', { why });
    await rename(path, `${path}.unreadable`);
    return new Map();
  }

  async function save(secrets: Map<string, string>): Promise<void> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeAtomically(path, JSON.stringify(Object.fromEntries(secrets)));
  }

  return {
    read: (name) =>
      inTurn(async () => {
        const secrets = await load();
        const sealed = secrets.get(name);
        if (sealed === undefined) return null;
        const opened = await seal.open(sealed).catch(() => null);
        if (opened === null) {
          await putAside('sealed with another key');
          return null;
        }
        if (opened.again) await save(secrets.set(name, await seal.seal(opened.value)));
        return opened.value;
      }),
    write: (name, value) =>
      inTurn(async () => {
        const sealed = await seal.seal(value);
        await save((await load()).set(name, sealed));
      }),
    remove: (name) =>
      inTurn(async () => {
        const secrets = await load();
        if (secrets.delete(name)) await save(secrets);
      }),
  };
}

function parse(text: string): Map<string, string> | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    const entries = Object.entries(value);
    return entries.every((entry): entry is [string, string] => typeof entry[1] === 'string') ? new Map(entries) : null;
  } catch {
    return null;
  }
}
