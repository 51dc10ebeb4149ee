import { AppError } from '#shared/errors.ts';

import { readConfig } from './config.ts';
import { createLog } from './pino-log.ts';
import { startServer, type RunningServer } from './server.ts';
import { attachSync } from './sync/attach.ts';
import { readVersion } from './version.ts';

const log = createLog();

function fail(error: unknown): never {
  // An expected failure is one line; a bug shows where it is.
  const text =
    error instanceof AppError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`trialogue-server: ${text}\n`);
  process.exit(1);
}

/** A signal while it starts is kept until there is something to stop. */
function stopOnSignal(started: Promise<RunningServer>): void {
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    signals += 1;
    if (signals > 1) process.exit(1);
    log.info('stopping', { signal });
    started
      .then((server) => server.stop())
      .then(() => {
        log.info('stopped');
        process.exit(0);
      })
      .catch(fail);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

try {
  const config = readConfig(process.env, await readVersion());
  const started = startServer(config, log, attachSync);
  stopOnSignal(started);
  const { url } = await started;
  process.stdout.write(`ready ${url}\n`);
} catch (error) {
  fail(error);
}
