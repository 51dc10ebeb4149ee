import { stat } from 'node:fs/promises';

import { Option, type Command } from 'commander';

import { AppError } from '#shared/errors.ts';

import { hashPassword } from '../../auth/passwords.ts';
import { filesFolder } from '../../files/file-store.ts';
import type { FilesConfig } from '../../files/files-config.ts';
import { folderStore } from '../../files/folder-store.ts';
import { createImages } from '../../files/images/images.ts';
import type { ObjectStore } from '../../files/object-store.ts';
import { s3Store } from '../../files/s3-store.ts';
import { openImportBench } from '../../storage/import-bench.ts';
import type { AdminContext } from '../command.ts';
import { importPlatform } from './import-platform.ts';
import { readModel, type Model } from './model.ts';
import { Report } from './report.ts';
import { openSource } from './source.ts';

type Options = {
  platform: string;
  media?: string;
  withoutMedia?: true;
  signIn?: string;
  withoutAgency: string;
  timeZone: string;
  dryRun?: true;
};

/** `filesConfig`: of the server. */
export function addImportPlatformCommand(
  program: Command,
  { run, progress, log }: AdminContext,
  filesConfig: () => FilesConfig,
): void {
  program
    .command('import-platform')
    .description('Bring an existing platform over, from its database or a plain dump of it; again, it adds only what is new')
    .argument('<source>', 'postgres://… of the platform, which is only read, or a file that pg_dump wrote, gzipped or not')
    .option('--platform <name>', 'what it is called here; the same in each import of it', 'platform')
    .addOption(new Option('--media <folder>', 'where the files of its messages are').conflicts('withoutMedia'))
    .option('--without-media', 'leave its files behind for good; a note stands in their messages')
    .option(
      '--without-agency <name>',
      'the agency under which conversations stand that no agency takes part in',
      'Without an agency',
    )
    .option('--time-zone <zone>', 'where it does business: by its date jobs have started or not', 'Asia/Manila')
    .option('--sign-in <password>', 'one password for all who come in without one: for trials')
    .option('--dry-run', 'report what would be done, and write nothing')
    .action(async (place: string, options: Options) =>
      run(async ({ db, databaseUrl, dataDir }) => {
        await checkOptions(options);
        const began = performance.now();
        const dryRun = options.dryRun === true;
        const report = new Report();
        const files = filesConfig();
        const bench = await openImportBench(databaseUrl);
        const images = createImages(log);
        try {
          const source = await openSource(place, bench, report);
          try {
            progress('Reading people, jobs and conversations …');
            const model = await readModel(source, report);
            if (!dryRun) checkMedia(model, options);
            if (options.signIn !== undefined) progress('All imported accounts get the same password: do this for trials only.');
            const passwordHash = options.signIn === undefined ? null : await hashPassword(options.signIn);
            const { platform, withoutAgency, timeZone } = options;
            const { mostBytes, types, scan } = files;
            const store = dryRun ? null : storeFor(files, dataDir);
            const media = { folder: options.media ?? null, store, images, held: scan.kind !== 'none', mostBytes, types };
            const decided = { platform, withoutAgency, timeZone, media, passwordHash, dryRun, now: Date.now() };
            await importPlatform(db, source, model, decided, report, progress);
          } finally {
            await source.close();
          }
        } finally {
          await images.stop();
          await bench.close();
        }
        const seconds = Math.round((performance.now() - began) / 100) / 10;
        const end = dryRun ? `Nothing was written (--dry-run); ${seconds} s.` : `Done in ${seconds} s.`;
        return {
          json: { platform: options.platform, dryRun, ...report.toJson(), seconds },
          text: `${report.toText()}\n${end}`,
          failed: report.failed,
        };
      }),
    );
}

/** Where the server keeps new files. */
function storeFor({ store }: FilesConfig, dataDir: string): ObjectStore {
  if (store === null) return folderStore(filesFolder(dataDir));
  return store.kind === 's3' ? s3Store(store) : folderStore(store.path);
}

async function checkOptions({ platform, withoutAgency, timeZone, media }: Options): Promise<void> {
  if (!/^[a-z0-9][a-z0-9-]{0,30}$/.test(platform))
    throw new AppError('bad-request', '--platform takes small letters, digits and hyphens, 31 at most.');
  if (withoutAgency.trim() === '' || withoutAgency.length > 200)
    throw new AppError('bad-request', '--without-agency takes 1 to 200 characters.');
  if (!isTimeZone(timeZone))
    throw new AppError('bad-request', `--time-zone: there is no zone "${timeZone}". It takes a name such as Asia/Manila.`);
  if (media === undefined) return;
  const isFolder = await stat(media).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new AppError('not-found', `--media: there is no folder ${media}.`);
}

function isTimeZone(timeZone: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** A message can't get its file later, so leaving files behind is to be said. */
function checkMedia({ attachments }: Model, { media, withoutMedia }: Options): void {
  if (attachments.size === 0 || media !== undefined || withoutMedia) return;
  throw new AppError(
    'bad-request',
    `${attachments.size} messages have files. Say where these are (--media <folder>), or leave them behind (--without-media): a later import can't add them. Nothing was imported.`,
  );
}
