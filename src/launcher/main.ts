import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createChildren } from './children.ts';
import { LaunchError } from './launch-error.ts';
import { readOptions, USAGE } from './options.ts';
import { run, type Surroundings } from './run.ts';
import { runSecondPerson } from './second-person.ts';
import { paintFor } from './summary.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd(), join(ROOT, '.data'));
  if (options === 'help') {
    console.log(USAGE);
    return;
  }
  const children = createChildren();
  const { promise: interrupted, resolve } = Promise.withResolvers<void>();
  let asked = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      asked++;
      resolve();
      if (asked < 3) return; // npm passes on what the terminal sent as well, so twice is still once
      children.killAll();
      process.exit(1);
    });
  }
  const around: Surroundings = {
    root: ROOT,
    platform: process.platform,
    env: process.env,
    say: (line) => console.log(line),
    progress: (line) => (process.stdout.isTTY ? process.stdout.write(`\r\u001B[K${line}`) : console.log(line)),
    paint: paintFor(process.stdout.isTTY, process.env['NO_COLOR']),
    children,
    interrupted,
  };
  if (options.as === null) await run(options, around);
  else await runSecondPerson(options.as, options.dataDir, options.open, around);
}

try {
  await main();
  process.exit(0); // a download of Electron may still be on its way
} catch (error) {
  console.error(error instanceof LaunchError ? `\n${error.message}` : error);
  process.exit(error instanceof LaunchError ? error.exitCode : 1);
}
