import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import { writeAtomically } from '#core/atomic-file.ts';

export type Area = { x: number; y: number; width: number; height: number };

const whole = z.number().int().min(-100_000).max(100_000);
const placeShape = z.object({ x: whole, y: whole, width: whole, height: whole, maximized: z.boolean() });
export type Place = z.infer<typeof placeShape>;

export const SMALLEST = { width: 480, height: 480 };
const FIRST = { width: 1_240, height: 820 };
/** So much of a title bar must be on a screen, or nobody can drag the window back. */
const GRIP = { width: 120, height: 40 };

/** Where the window was; `null` when that isn't known, or nobody can make sense of it. */
export async function readPlace(path: string): Promise<Place | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? null : parsePlace(text);
}

export function parsePlace(text: string): Place | null {
  try {
    return placeShape.parse(JSON.parse(text));
  } catch {
    return null; // a place on the screen is nothing to fail for
  }
}

export function savePlace(path: string, place: Place): Promise<void> {
  return writeAtomically(path, JSON.stringify(place));
}

/** Size, and place if it still is on one of the screens (`areas`: their work areas). */
export function fitPlace(place: Place | null, areas: Area[]): { width: number; height: number; x?: number; y?: number } {
  const largest = {
    width: Math.max(SMALLEST.width, ...areas.map((area) => area.width)),
    height: Math.max(SMALLEST.height, ...areas.map((area) => area.height)),
  };
  const wanted = place ?? FIRST;
  const size = {
    width: Math.min(Math.max(wanted.width, SMALLEST.width), largest.width),
    height: Math.min(Math.max(wanted.height, SMALLEST.height), largest.height),
  };
  if (!place || !areas.some((area) => gripIsIn(area, { ...size, x: place.x, y: place.y }))) return size;
  return { ...size, x: place.x, y: place.y };
}

function gripIsIn(area: Area, window: Area): boolean {
  const across = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  return across >= GRIP.width && window.y >= area.y && window.y + GRIP.height <= area.y + area.height;
}
