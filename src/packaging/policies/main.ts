import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { POLICY_FILES } from './files.ts';

/** Writes everything that follows from the schema of the policies. */
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
for (const [path, make] of Object.entries(POLICY_FILES)) {
  await mkdir(dirname(join(ROOT, path)), { recursive: true });
  await writeFile(join(ROOT, path), make());
  console.log(path);
}
