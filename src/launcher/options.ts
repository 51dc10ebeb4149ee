import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { LaunchError } from './launch-error.ts';

export const USAGE = `Usage: npm start -- [options]

  (none)             starts the server with a demo agency, and opens the app
  --no-open          opens no window, only prints the app's address
  --import <file>    starts with this history (.jsonl or .jsonl.gz) instead of the demo
  --as <e-mail>      opens a window for a second person beside the one that runs already
  --data-dir <dir>   keeps everything there instead of in .data; two of them can run beside each other`;

export type LaunchOptions = {
  dataDir: string;
  open: boolean;
  importFile: string | null;
  as: string | null;
};

/** Paths are relative to where npm was called. @throws LaunchError */
export function readOptions(argv: string[], calledFrom: string, defaultDataDir: string): LaunchOptions | 'help' {
  const values = parse(argv);
  if (values.help) return 'help';
  if (values.as !== undefined && values.import !== undefined) {
    throw new LaunchError(`--as opens a window beside what runs already, so it goes without --import.\n\n${USAGE}`, 2);
  }
  return {
    dataDir: values['data-dir'] ? resolve(calledFrom, values['data-dir']) : defaultDataDir,
    open: values.open,
    importFile: values.import === undefined ? null : readableFile(resolve(calledFrom, values.import)),
    as: values.as ?? null,
  };
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowNegative: true,
      options: {
        open: { type: 'boolean', default: true },
        import: { type: 'string' },
        as: { type: 'string' },
        'data-dir': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new LaunchError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`, 2);
  }
}

function readableFile(path: string): string {
  if (!existsSync(path)) throw new LaunchError(`There is no file ${path} to import. Nothing was started.`, 2);
  if (!statSync(path).isFile()) throw new LaunchError(`${path} is not a file, so it can’t be imported. Nothing was started.`, 2);
  return path;
}
