import { Command, CommanderError } from 'commander';

import { AppError } from '#shared/errors.ts';

import { readConfig } from '../config.ts';
import { openStorage } from '../open-storage.ts';
import { createLog } from '../pino-log.ts';
import { readVersion } from '../version.ts';
import { addAccountCommands } from './accounts.ts';
import { addAgencyRuleCommands } from './agency-rules.ts';
import { addApiKeyCommands } from './api-keys.ts';
import { addCheckCommand } from './check/command.ts';
import type { AdminContext } from './command.ts';
import { addConversationCommands } from './conversations.ts';
import { addImportPlatformCommand } from './import-platform/command.ts';
import { addImportCommand } from './import/command.ts';
import { addDemoCommand } from './seed-demo.ts';
import { addSignInCommands } from './sign-in.ts';

const OK = 0;
const FAILED = 1;
const BAD_USAGE = 2;

const version = await readVersion();
const program = new Command('admin')
  .description('Runs a Trialogue server, beside it or without it. DATABASE_URL or DATA_DIR say which, as for the server.')
  .version(version)
  .option('--json', 'print one JSON object')
  .exitOverride()
  .configureHelp({ showGlobalOptions: true });

const log = createLog('warn');
const context: AdminContext = {
  log,
  progress: (text) => process.stderr.write(`${text}\n`),
  async run(work) {
    const storage = await openStorage(readConfig(process.env, version), log, 'admin');
    try {
      const { json, text, failed } = await work(storage);
      const asJson = program.opts<{ json?: true }>().json === true;
      process.stdout.write(`${asJson ? JSON.stringify(json) : text}\n`);
      process.exitCode = failed ? FAILED : OK;
    } finally {
      await storage.close();
    }
  },
};
addAccountCommands(program, context);
addSignInCommands(program, context, () => {
  const { publicUrl, host, port } = readConfig(process.env, version);
  return publicUrl ?? `http://${host}:${port}`;
});
addConversationCommands(program, context);
addApiKeyCommands(program, context);
addAgencyRuleCommands(program, context);
addImportCommand(program, context);
addImportPlatformCommand(program, context, () => readConfig(process.env, version).files);
addCheckCommand(program, context);
addDemoCommand(program, context);
// `--json` may stand behind the command too, where people write it.
for (const command of program.commands) {
  command.exitOverride().option('--json', 'print one JSON object');
  command.hook('preAction', (_this, action) => {
    if (action.opts<{ json?: true }>().json) program.setOptionValue('json', true);
  });
}

try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has said what is wrong; help and version are no mistakes.
    process.exitCode = error.exitCode === 0 ? OK : BAD_USAGE;
  } else if (error instanceof AppError) {
    process.stderr.write(`admin: ${error.message}\n`);
    process.exitCode = error.code === 'bad-request' ? BAD_USAGE : FAILED;
  } else {
    process.stderr.write(`admin: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = FAILED;
  }
}
