import { fork, type ChildProcess } from 'node:child_process';

import { AppError } from '#shared/errors.ts';

import type { Log } from '../../log.ts';
import type { PictureResult, Thumbnail } from './picture.ts';
import type { ImageAnswer, ImageQuestion } from './process.ts';

/**
 * Decodes images in a process of its own: one that crashes its decoder, or keeps it busy, costs nobody else anything. That process
 * knows no secrets and is ended after `JOB_MS`. @throws AppError unavailable when too much waits already
 */
export type Images = {
  clean(bytes: Buffer, type: string): Promise<PictureResult>;
  /** `null`: of what can't be read. */
  thumbnails(bytes: Buffer): Promise<Thumbnail[] | null>;
  stop(): Promise<void>;
};

const JOB_MS = 60_000;
/** Of images that wait for their turn. */
const WAITING_BYTES = 512 * 1024 * 1024;
const UNREADABLE = { kind: 'refused', reason: 'image' } as const;

export function createImages(log: Log): Images {
  let child: ChildProcess | null = null;
  let queue: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let stopped = false;

  function start(): ChildProcess {
    const started = fork(new URL('./process.ts', import.meta.url), {
      serialization: 'advanced',
      env: {},
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    started.on('exit', () => {
      if (child === started) child = null;
    });
    // It ends of itself when this process does, and holds nothing open.
    started.unref();
    started.channel?.unref();
    return started;
  }

  function once(question: ImageQuestion): Promise<ImageAnswer> {
    if (stopped) return Promise.reject(new Error('the server stops'));
    child ??= start();
    const asked = child;
    return new Promise((resolve, reject) => {
      asked.channel?.ref();
      const done = (answer: ImageAnswer): void => {
        clearTimeout(late);
        asked.off('exit', onEnd).off('message', done);
        asked.channel?.unref();
        resolve(answer);
      };
      const onEnd = (): void => {
        clearTimeout(late);
        asked.off('message', done);
        if (stopped) return reject(new Error('the server stops'));
        log.warn('image-process-ended', { bytes: question.bytes.length });
        resolve(UNREADABLE);
      };
      const late = setTimeout(() => asked.kill('SIGKILL'), JOB_MS);
      asked.once('message', done).once('exit', onEnd);
      asked.send(question, (error) => {
        if (error) asked.kill('SIGKILL');
      });
    });
  }

  function ask(question: ImageQuestion): Promise<ImageAnswer> {
    const { length } = question.bytes;
    if (waiting > 0 && waiting + length > WAITING_BYTES) {
      return Promise.reject(
        new AppError('unavailable', 'Too many images came at once. Nothing was stored; try again in a while.'),
      );
    }
    waiting += length;
    const answer = queue
      .then(() => once(question))
      .finally(() => {
        waiting -= length;
      });
    queue = answer.catch(() => {});
    return answer;
  }

  return {
    async clean(bytes, type) {
      const answer = await ask({ kind: 'clean', bytes, type });
      return answer.kind === 'thumbnails' ? UNREADABLE : answer;
    },
    async thumbnails(bytes) {
      const answer = await ask({ kind: 'thumbnails', bytes });
      return answer.kind === 'thumbnails' ? answer.thumbnails : null;
    },
    async stop() {
      stopped = true;
      const ending = child;
      if (!ending || ending.exitCode !== null) return;
      const ended = new Promise((resolve) => ending.once('exit', resolve));
      ending.kill('SIGKILL');
      await ended;
    },
  };
}
