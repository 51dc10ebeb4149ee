/**
 * Loaded into the app's process before it begins (`--import`): watches how long its event loop does not come round. Asked by SIGUSR2,
 * it writes the longest time since the last asking, in ms, to the file that is named in the environment.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const RESOLUTION_MS = 1;

const file = process.env['MEASURE_LOOP_FILE'];
// The server and the commands that are started beside the app inherit the flag.
if (file && isMainThread && process.argv[1]?.endsWith('src/node-host/main.ts')) {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  process.on('SIGUSR2', () => {
    writeFileSync(`${file}.new`, String(Math.max(0, delays.max / 1e6 - RESOLUTION_MS)));
    renameSync(`${file}.new`, file);
    delays.reset();
  });
}
