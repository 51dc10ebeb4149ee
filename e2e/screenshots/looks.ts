import type { BrowserContextOptions } from 'playwright';

/** How a screen is shown; `narrow`: one pane, as wide as a phone held upright; `rtl`: in Arabic. */
export const LOOKS = ['light', 'dark', 'narrow', 'rtl'] as const;
export type Look = (typeof LOOKS)[number];

export const LOOK_NAMES: Record<Look, string> = { light: 'Light', dark: 'Dark', narrow: 'Narrow', rtl: 'Right to left' };

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 420, height: 800 };

export function contextOf(look: Look): BrowserContextOptions {
  return {
    viewport: look === 'narrow' ? NARROW : WIDE,
    colorScheme: look === 'dark' ? 'dark' : 'light',
    locale: look === 'rtl' ? 'ar' : 'en-GB',
    timezoneId: 'Asia/Manila',
    reducedMotion: 'reduce',
    permissions: ['notifications'],
  };
}
