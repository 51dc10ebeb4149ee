import { Command, CommanderError } from 'commander';

import { AppError } from '#shared/errors.ts';

import { readConfig } from '../config.ts';
import type { Log } from '../log.ts';
import { openStorage } from '../open-storage.ts';
import { isUnavailable } from '../storage/database.ts';
import { readVersion } from '../version.ts';
import { addAccountCommands } from './accounts.ts';
import { addAgencyRuleCommands } from './agency-rules.ts';
import { addApiKeyCommands } from './api-keys.ts';
import { addCheckCommand } from './check/command.ts';
import type { AdminContext } from './command.ts';
import { addConversationCommands } from './conversations.ts';
import { addErasePersonCommand } from './erase-person.ts';
import { addExportCommand } from './export-conversation.ts';
import { describeCommands } from './help.ts';
import { addImportPlatformCommand } from './import-platform/command.ts';
import { addImportCommand } from './import/command.ts';
import { addListCommands } from './lists.ts';
import { addRebuildCommand } from './rebuild/command.ts';
import { addRestoredCommand } from './restored.ts';
import { addRetentionCommand } from './retention.ts';
import { addDemoCommand } from './seed-demo.ts';
import { addSessionCommands } from './sessions.ts';
import { addSignInCommands } from './sign-in.ts';
import { addWebhookCommands } from './webhooks.ts';

/** Where an admin command writes: its answer, and what goes on or wrong. */
export type AdminOutput = { answer(text: string): void; report(text: string): void };

const OK = 0;
const FAILED = 1;
const BAD_USAGE = 2;
const UNREACHABLE = 3;

type AdminEnvironment = { env: NodeJS.ProcessEnv; log: Log };

/** All commands. `run` is what each does with its work. */
export function createProgram(
  { env, log }: AdminEnvironment,
  version: string,
  output: AdminOutput,
  run: AdminContext['run'],
): Command {
  const program = new Command('admin')
    .description(
      'Runs a Trialogue server, beside it or without it. DATABASE_URL or DATA_DIR say which, as for the server. All of it: docs/admin.md.',
    )
    .version(version)
    .option('--json', 'print one JSON object')
    .exitOverride()
    .configureOutput({ writeOut: (text) => output.answer(text), writeErr: (text) => output.report(text) });
  const context: AdminContext = { log, progress: (text) => output.report(`${text}\n`), run };
  const files = () => readConfig(env, version).files;
  addAccountCommands(program, context);
  addSignInCommands(program, context, () => {
    const { publicUrl, host, port } = readConfig(env, version);
    return publicUrl ?? `http://${host}:${port}`;
  });
  addSessionCommands(program, context);
  addConversationCommands(program, context);
  addListCommands(program, context);
  addRetentionCommand(program, context, files);
  addExportCommand(program, context, files);
  addErasePersonCommand(program, context, files);
  addApiKeyCommands(program, context);
  addWebhookCommands(program, context, () => readConfig(env, version).notifications.trustedAddresses);
  addAgencyRuleCommands(program, context);
  addImportCommand(program, context);
  addImportPlatformCommand(program, context, files);
  addCheckCommand(program, context);
  addRebuildCommand(program, context);
  addRestoredCommand(program, context);
  addDemoCommand(program, context);
  // `--json` may stand behind the command too, where people write it.
  for (const command of program.commands) {
    command.exitOverride().option('--json', 'print one JSON object');
    command.hook('preAction', (_this, action) => {
      if (action.opts<{ json?: true }>().json) program.setOptionValue('json', true);
    });
  }
  describeCommands(program);
  return program;
}

/** Runs one admin command. `words`: what stands behind the program's name. Returns the exit code (`EXIT_CODES`). */
export async function runAdminCommand(
  words: readonly string[],
  { env, log, output }: AdminEnvironment & { output: AdminOutput },
): Promise<number> {
  let exitCode = OK;
  const version = await readVersion();
  const program = createProgram({ env, log }, version, output, async (work) => {
    const storage = await openStorage(readConfig(env, version), log, 'admin');
    try {
      const { json, text, failed } = await work(storage);
      const asJson = program.opts<{ json?: true }>().json === true;
      output.answer(`${asJson ? JSON.stringify(json) : text}\n`);
      exitCode = failed ? FAILED : OK;
    } finally {
      await storage.close();
    }
  });

  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has said what is wrong; help and version are no mistakes.
    if (error instanceof CommanderError) return error.exitCode === 0 ? OK : BAD_USAGE;
    if (error instanceof AppError) {
      output.report(`admin: ${error.message}\n`);
      return error.code === 'bad-request' ? BAD_USAGE : error.code === 'unavailable' ? UNREACHABLE : FAILED;
    }
    if (isUnavailable(error)) {
      output.report('admin: The database can not be reached. Nothing is lost; see that it runs, and try again.\n');
      return UNREACHABLE;
    }
    output.report(`admin: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return FAILED;
  }
}
