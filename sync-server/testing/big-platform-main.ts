import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bigPlatform } from './big-platform.ts';

// Writes a big dump to measure an import with: node sync-server/testing/big-platform-main.ts [messages]
const path = join(await mkdtemp(join(tmpdir(), 'trialogue-platform-')), 'dump.sql');
await writeFile(path, bigPlatform(Number(process.argv[2] ?? 100_000)).dump());
process.stdout.write(`${path}\n`);
