import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

import { writeAtomically } from '#core/atomic-file.ts';
import type { Log, Platform } from '#core/platform.ts';

/**
 * Secrets in a file that only this user can read: plain Node has no store of the system to put them in, and
 * `capabilities.secretStore` says so.
 */
export function createFileSecrets(dataDir: string, log: Log): Platform['secrets'] {
  const path = join(dataDir, 'secrets.json');
  /** Changes come one after the other, or the later would undo the earlier. */
  let last: Promise<unknown> = Promise.resolve();

  async function change(edit: (secrets: Map<string, string>) => void): Promise<void> {
    const done = last.then(async () => {
      const secrets = await load(path, log);
      edit(secrets);
      await mkdir(dataDir, { recursive: true });
      await writeAtomically(path, JSON.stringify(Object.fromEntries(secrets)));
    });
    last = done.catch(() => undefined); // told to the caller below; the next change is its own
    await done;
  }

  return {
    async read(name) {
      await last;
      return (await load(path, log)).get(name) ?? null;
    },
    write: (name, value) => change((secrets) => secrets.set(name, value)),
    remove: (name) => change((secrets) => secrets.delete(name)),
  };
}

async function load(path: string, log: Log): Promise<Map<string, string>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  const secrets = parse(text);
  if (secrets) return secrets;
  // Somebody edited it or a disk broke it: that means signed out, not broken. Kept aside to be looked at.
  log.warn('secrets.unreadable');
  await rename(path, `${path}.unreadable`);
  return new Map();
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
