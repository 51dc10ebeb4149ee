import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { fitPlace, parsePlace, type Place, readPlace, savePlace } from './window-place.ts';
import { bringToFront, followPlace, type PlacedWindow, windowOptions } from './window.ts';

const screen = { x: 0, y: 0, width: 1920, height: 1040 };
const second = { x: 1920, y: 0, width: 1280, height: 1000 };
const at = (x: number, y: number): Place => ({ x, y, width: 1000, height: 700, maximized: false });

describe('the window', () => {
  it('[SHELL-1] keeps its page in the sandbox, away from Node, and shows it when there is something to see', () => {
    const options = windowOptions({
      place: { width: 1, height: 1 },
      preload: '/p.cjs',
      icon: '/i',
      dark: true,
      developing: false,
    });
    expect(options.webPreferences).toEqual({
      preload: '/p.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: true,
      devTools: false,
    });
    expect(options).toMatchObject({ show: false, backgroundColor: '#101317' });
  });

  it('[SHELL-2] opens where it was, if that still is on a screen', () => {
    expect(fitPlace(at(2000, 100), [screen, second])).toEqual({ x: 2000, y: 100, width: 1000, height: 700 });
    expect(fitPlace(at(2000, 100), [screen])).toEqual({ width: 1000, height: 700 });
    expect(fitPlace(at(-950, 10), [screen])).toEqual({ width: 1000, height: 700 });
    expect(fitPlace(at(10, -20), [screen])).toEqual({ width: 1000, height: 700 });
    expect(fitPlace(at(-100, 10), [screen])).toEqual({ x: -100, y: 10, width: 1000, height: 700 });
    expect(fitPlace(null, [screen])).toEqual({ width: 1240, height: 820 });
  });

  it('[SHELL-2] is never larger than the screens nor too small to use', () => {
    expect(fitPlace({ ...at(0, 0), width: 9000, height: 9000 }, [screen])).toMatchObject({ width: 1920, height: 1040 });
    expect(fitPlace({ ...at(0, 0), width: -5, height: 3 }, [screen])).toMatchObject({ width: 480, height: 480 });
    expect(fitPlace(at(0, 0), [])).toEqual({ width: 480, height: 480 });
  });

  it('[SHELL-2] shrugs at a place that makes no sense', () => {
    for (const text of ['', '{', 'null', '[]', '{"x":1}', '{"x":1e9,"y":0,"width":1,"height":1,"maximized":false}']) {
      expect(parsePlace(text)).toBeNull();
    }
  });
});

describe('the place of the window', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'place-'));
    vi.useFakeTimers();
  });
  afterEach(async () => {
    vi.useRealTimers();
    await rm(folder, { recursive: true });
  });

  it('[SHELL-2] is kept in a file', async () => {
    const path = join(folder, 'window.json');
    expect(await readPlace(path)).toBeNull();
    await savePlace(path, at(5, 6));
    expect(await readPlace(path)).toEqual(at(5, 6));
    await writeFile(path, 'nonsense');
    expect(await readPlace(path)).toBeNull();
  });

  it('[SHELL-2] is told once when the window came to rest, and when it closes', () => {
    const listeners = new Map<string, () => void>();
    const { maximized: _, ...bounds } = at(5, 6);
    const window: PlacedWindow = {
      getNormalBounds: () => bounds,
      isMaximized: () => true,
      on: (event, listener) => listeners.set(event, listener),
    };
    const saved: Place[] = [];
    followPlace(window, (place) => saved.push(place));
    for (const event of ['move', 'resize', 'move']) listeners.get(event)!();
    expect(saved).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(saved).toEqual([{ ...at(5, 6), maximized: true }]);
    listeners.get('move')!();
    listeners.get('close')!();
    vi.advanceTimersByTime(1_000);
    expect(saved).toHaveLength(2);
  });

  it('[SHELL-3] comes to the front from the taskbar', () => {
    const calls: string[] = [];
    const call = (name: string) => () => void calls.push(name);
    bringToFront({ isMinimized: () => true, restore: call('restore'), show: call('show'), focus: call('focus') });
    expect(calls).toEqual(['restore', 'show', 'focus']);
  });
});
