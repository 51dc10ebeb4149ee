import { readFileSync } from 'node:fs';

import type { WebContents } from 'electron';

import { writeAtomically } from '#core/atomic-file.ts';
import type { Log } from '#core/platform.ts';

export type ZoomStep = 'in' | 'out' | 'reset';

/** A browser's steps: people know them. */
const FACTORS = [0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3] as const;

export function nextZoom(now: number, step: ZoomStep): number {
  if (step === 'reset') return 1;
  const larger = FACTORS.find((factor) => factor > now + 0.001);
  const smaller = FACTORS.findLast((factor) => factor < now - 0.001);
  return (step === 'in' ? larger : smaller) ?? now;
}

export type ZoomedContents = Pick<WebContents, 'getZoomFactor' | 'setZoomFactor'>;

export type Zoom = {
  /** As it was left the last time. */
  restore(contents: ZoomedContents): void;
  step(contents: ZoomedContents, step: ZoomStep): void;
};

/** Chromium keeps it by the address of a page, and forgets it with its profile: it is kept here instead. */
export function createZoom(file: string, log: Log): Zoom {
  let factor = readFactor(file);
  return {
    restore: (contents) => contents.setZoomFactor(factor),
    step(contents, step) {
      factor = nextZoom(contents.getZoomFactor(), step);
      contents.setZoomFactor(factor);
      writeAtomically(file, JSON.stringify({ factor })).catch((error: NodeJS.ErrnoException) => {
        log.warn('shell.zoom-not-kept', { code: error.code });
      });
    },
  };
}

function readFactor(file: string): number {
  try {
    const { factor } = JSON.parse(readFileSync(file, 'utf8')) as { factor: unknown };
    return FACTORS.find((known) => known === factor) ?? 1;
  } catch {
    return 1; // never zoomed, or nobody can make sense of it: the usual size
  }
}
