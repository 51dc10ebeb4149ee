import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

import { AppError } from '#shared/errors.ts';

/** A line that is longer is no line of ours; a thread of 36,000 messages takes 6 MB. */
const LONGEST = 256 * 1024 * 1024;

/**
 * The lines of a file, gzipped or not, one at a time. Only `\n` ends one: readline also stops at U+2028, which JSON
 * allows inside a string.
 * @throws AppError when it can't be read to its end; the lines before that have been given.
 */
export async function* readLines(path: string): AsyncGenerator<string> {
  try {
    const zipped = await isGzip(path); // also finds out whether it is there
    const file = createReadStream(path, { highWaterMark: 256 * 1024 });
    const bytes = zipped ? unzipped(file) : file;
    yield* split(bytes as AsyncIterable<Buffer>);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new AppError('not-found', `There is no file ${path}.`);
    if (code === 'EISDIR' || code === 'EACCES') throw new AppError('not-found', `${path} is no file that can be read.`);
    if (code === 'Z_BUF_ERROR' || code === 'Z_DATA_ERROR') {
      throw new AppError(
        'bad-request',
        `${path} breaks off or is damaged. Get the file again and repeat: what came before it, and was imported, is not taken twice.`,
      );
    }
    throw error;
  }
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

function unzipped(file: NodeJS.ReadableStream): AsyncIterable<Buffer> {
  const gunzip = createGunzip();
  // A failure also ends the reading of `gunzip`, which is where it is told.
  pipeline(file, gunzip).catch((error: Error) => gunzip.destroy(error));
  return gunzip;
}

async function* split(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      parts.push(chunk.subarray(from, end));
      yield Buffer.concat(parts).toString('utf8');
      parts = [];
      length = 0;
      from = end + 1;
    }
    parts.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > LONGEST)
      throw new AppError('too-large', 'The file holds a line of more than 256 MB: it is none that can be imported.');
  }
  if (length > 0) yield Buffer.concat(parts).toString('utf8');
}
