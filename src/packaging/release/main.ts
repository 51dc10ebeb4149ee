import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { addressChanges } from './address.ts';
import { publisherOf } from './publisher.ts';
import { SigningError, signingOf, type System } from './signing.ts';

/** `npm run dist`: makes this system's installers from the built app in `dist/`, signed as the environment says. Further words go to the builder. */
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SYSTEMS: Partial<Record<NodeJS.Platform, [System, string]>> = {
  linux: ['linux', '--linux'],
  win32: ['windows', '--win'],
  darwin: ['mac', '--mac'],
};

function main(): number {
  const here = SYSTEMS[process.platform];
  if (!here) throw new SigningError(`Installers are made on Windows, macOS and Linux, not on ${process.platform}.`);
  const [system, flag] = here;
  const { how, changes } = signingOf(system, process.env);
  console.log(
    {
      none: 'These installers are not signed, and their names say so.',
      gpg: 'These packages are signed beside them, once all are there: node src/packaging/checksums/main.ts dist',
      azure: 'Signed by Azure.',
      certificate: 'Signed with a certificate.',
      apple: 'Signed for Apple, and notarised.',
    }[how],
  );
  const publisher = publisherOf(how !== 'none', process.env);
  if (publisher.length === 0) console.log('They name nobody who publishes them (trialogue.example): for trying out alone.');
  const builder = fileURLToPath(new URL('../../../node_modules/electron-builder/cli.js', import.meta.url));
  const args = [
    builder,
    flag,
    ...changes,
    ...publisher,
    ...addressChanges(process.env['UPDATE_URL']),
    ...process.argv.slice(2),
    '--publish',
    'never',
  ];
  return spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' }).status ?? 1;
}

try {
  process.exitCode = main();
} catch (error) {
  if (!(error instanceof SigningError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
