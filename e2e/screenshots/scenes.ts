import type { Demo, Who } from './demo.ts';
import type { Desk } from './desk.ts';
import { deviceScenes } from './device-scenes.ts';
import { emptyScenes, inboxScenes } from './inbox-scenes.ts';
import { LOOKS, type Look } from './looks.ts';
import { offlineScenes } from './offline-scenes.ts';
import { sheetScenes } from './sheet-scenes.ts';
import { threadScenes } from './thread-scenes.ts';

/** One screen of the gallery. */
export type Scene = {
  /** The beginning of its files' names. */
  name: string;
  title: string;
  /** All four unless told. */
  looks?: readonly Look[];
  /** The visual test compares it. */
  main?: true;
  /** The owner's unless told. */
  app?: Who;
  /** Why it can't be shown on this machine. */
  missing?: string | null;
  /** Once, before its first picture. */
  prepare?: (demo: Demo, desk: Desk) => Promise<void>;
  /** From the app as it was opened. */
  show: (desk: Desk) => Promise<void>;
  /** Leaves the next picture nothing of it. */
  tidy?: (desk: Desk) => Promise<void>;
};

export const looksOf = (scene: Scene): readonly Look[] => scene.looks ?? LOOKS;

/** In the order in which they are made: what an earlier one changes for good, later ones see. */
export const SCENES: readonly Scene[] = [
  ...sheetScenes.first,
  ...inboxScenes,
  ...threadScenes,
  ...sheetScenes.usual,
  ...emptyScenes,
  ...offlineScenes,
  ...deviceScenes,
];
