import { appendFileSync, renameSync, statSync } from 'node:fs';

import type { Log, LogFields } from '#core/platform.ts';

/**
 * One JSON object a line; the file before this one is kept as `<path>.1`. Written at once, since the lines before a crash are those
 * that are needed; there are few. A log that can't be written never stops the app: it is said once on stderr.
 */
export function createJsonLog(path: string, now: () => number, complain: (words: string) => void, maxBytes = 5_000_000): Log {
  let size = sizeOf(path);
  let complained = false;

  function write(level: 'info' | 'warn' | 'error', event: string, fields: LogFields = {}): void {
    const line = `${JSON.stringify({ ...fields, at: new Date(now()).toISOString(), level, event })}\n`;
    try {
      if (size > 0 && size + line.length > maxBytes) {
        renameSync(path, `${path}.1`);
        size = 0;
      }
      appendFileSync(path, line, { mode: 0o600 });
      size += line.length;
    } catch (error) {
      if (!complained) complain(`The log ${path} can’t be written: ${error instanceof Error ? error.message : 'unknown reason'}`);
      complained = true;
    }
  }

  return {
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
  };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
