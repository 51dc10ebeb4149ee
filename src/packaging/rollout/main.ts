import { readFile, writeFile } from 'node:fs/promises';

import { withPercentage } from './rollout.ts';

/** `npm run rollout -- latest.yml 10`: gives a version to a part of the machines; upload the file afterwards. */
const [path, percent] = process.argv.slice(2);
if (path === undefined || percent === undefined) {
  console.error('Usage: npm run rollout -- <latest.yml> <0 to 100>');
  process.exitCode = 2;
} else {
  await writeFile(path, withPercentage(await readFile(path, 'utf8'), Number(percent)));
  console.log(`${path}: ${percent} %`);
}
