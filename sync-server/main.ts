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

/** Longer than all that is waited for while it stops. What was acknowledged is committed by then, so nothing is lost. */
const STOP_MS = 10_000;
/** A shell's Ctrl-C reaches us, and often once more by way of the program that started us: that is one wish. */
const SAME_WISH_MS = 1_000;

/** A signal while it starts is kept until there is something to stop. */
function stopOnSignal(started: Promise<RunningServer>): void {
  let first: number | null = null;
  const onSignal = (signal: NodeJS.Signals) => {
    if (first !== null) {
      if (Date.now() - first > SAME_WISH_MS) process.exit(1);
      return;
    }
    first = Date.now();
    log.info('stopping', { signal });
    started
      .then((server) => {
        setTimeout(() => {
          log.error('stop-cut-off', { closing: server.closing(), ms: STOP_MS });
          process.exit(1);
        }, STOP_MS).unref();
        return server.stop();
      })
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
