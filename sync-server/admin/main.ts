import { createLog } from '../pino-log.ts';
import { runAdminCommand } from './program.ts';

process.exitCode = await runAdminCommand(process.argv.slice(2), {
  env: process.env,
  log: createLog('warn'),
  output: { answer: (text) => process.stdout.write(text), report: (text) => process.stderr.write(text) },
});
