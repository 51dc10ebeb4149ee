import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { Option, type Command } from 'commander';

import { AppError } from '#shared/errors.ts';
import { THREADS, type ThreadName } from '#shared/ids.ts';

import type { FilesConfig } from '../files/files-config.ts';
import { openStore } from '../files/files.ts';
import { findConversation } from '../storage/change-conversation.ts';
import { openTranscript, TRANSCRIPT_FORMATS, type TranscriptFormat } from '../transcript/open-transcript.ts';
import type { AdminContext } from './command.ts';

type Options = { conversation: string; format: TranscriptFormat; thread: ThreadName; out: string; force?: true };

/** `filesConfig`: of the server. */
export function addExportCommand(program: Command, { run }: AdminContext, filesConfig: () => FilesConfig): void {
  program
    .command('export-conversation')
    .description('Write a conversation into a file: as JSON, which import-conversations reads, or as a PDF for people')
    .requiredOption('--conversation <id or number>', 'which one')
    .requiredOption('--out <file>', 'where to')
    .addOption(new Option('--format <format>', 'for programs or for people').choices(TRANSCRIPT_FORMATS).default('json'))
    .addOption(new Option('--thread <thread>', "what everybody wrote, or the team's notes").choices(THREADS).default('all'))
    .option('--force', 'put it in the place of a file that is there')
    .action(async ({ conversation: wanted, format, thread, out, force }: Options) =>
      run(async ({ db, dataDir }) => {
        const conversation = await db.read((reader) => findConversation(reader, wanted));
        const file = resolve(out);
        if (!force && (await exists(file))) {
          throw new AppError('conflict', `There is a file ${file} already. Name another one, or say --force.`);
        }
        const opened = { db, store: openStore(filesConfig(), dataDir), now: Date.now };
        const { stream } = await openTranscript(opened, { conversation, thread }, format);
        const bytes = await writeWhole(file, stream);
        return { json: { conversation, thread, format, file, bytes }, text: `Wrote ${file} (${bytes} bytes).` };
      }),
    );
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** Under its name only when it is whole; for its owner alone. Gives its size in bytes. */
async function writeWhole(file: string, stream: NodeJS.ReadableStream): Promise<number> {
  const unfinished = `${file}.unfinished`;
  try {
    await pipeline(stream, createWriteStream(unfinished, { mode: 0o600 }));
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    if (error instanceof Error && 'code' in error && /^(ENOENT|EACCES|EISDIR|ENOTDIR|ENOSPC|EROFS)$/.test(String(error.code))) {
      throw new AppError('conflict', `${file} can't be written: ${error.message}.`);
    }
    throw error;
  }
  return (await stat(file)).size;
}
