import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import type { PolicySources } from './resolve.ts';

const values = z.record(z.string(), z.unknown());
const fileShape = z.strictObject({ enforced: values.optional(), defaults: values.optional() });

/** All `*.json` of a folder; of two files that say the same, the one whose name comes later in the alphabet counts. */
export async function readPolicyFolder(folder: string): Promise<PolicySources> {
  const found: PolicySources = { sources: [], problems: [] };
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    found.problems.push({ where: folder, name: null, message: `can’t be read (${error.code ?? error.name})` });
    return [];
  });
  for (const name of names
    .filter((one) => one.endsWith('.json'))
    .toSorted()
    .toReversed()) {
    const where = join(folder, name);
    try {
      const { enforced, defaults } = fileShape.parse(JSON.parse(await readFile(where, 'utf8')));
      if (enforced) found.sources.push({ where, level: 'enforced', values: enforced });
      if (defaults) found.sources.push({ where, level: 'default', values: defaults });
    } catch (error) {
      found.problems.push({ where, name: null, message: whyNot(error as NodeJS.ErrnoException) });
    }
  }
  return found;
}

function whyNot(error: NodeJS.ErrnoException): string {
  if (error instanceof SyntaxError) return 'is no JSON';
  if (error instanceof z.ZodError) return 'must hold an object with “enforced” and “defaults”, and nothing else beside them';
  return `can’t be read (${error.code ?? error.name})`;
}
