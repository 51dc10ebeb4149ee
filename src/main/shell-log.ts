import type { MainLogger } from 'electron-log';

import type { Log, LogFields } from '#core/platform.ts';

/** The same lines of JSON as the other host writes, by electron-log's file with its rotation. */
export function createShellLog(
  logger: Pick<MainLogger, 'transports' | 'info' | 'warn' | 'error'>,
  path: string,
  now: () => number,
): Log {
  const { file, console, ipc, remote } = logger.transports;
  for (const other of [console, ipc, remote]) if (other) other.level = false;
  file.level = 'info';
  file.maxSize = 5_000_000;
  file.resolvePathFn = () => path;
  file.format = ({ data }) => [String(data[0])];
  const line = (level: string, event: string, fields: LogFields = {}): string =>
    JSON.stringify({ ...fields, at: new Date(now()).toISOString(), level, event });
  return {
    info: (event, fields) => logger.info(line('info', event, fields)),
    warn: (event, fields) => logger.warn(line('warn', event, fields)),
    error: (event, fields) => logger.error(line('error', event, fields)),
  };
}
