import type { BrowserContextOptions } from 'playwright';

/** How a screen is shown; `narrow`: one pane, as wide as a phone held upright; `rtl`: in Arabic. */
export const LOOKS = ['light', 'dark', 'narrow', 'rtl'] as const;
/** `contrast`: in the colours that a system with high contrast gives; `filipino`: in Filipino. */
export const MORE_LOOKS = ['contrast', 'filipino'] as const;
export const ALL_LOOKS = [...LOOKS, ...MORE_LOOKS] as const;
export type Look = (typeof ALL_LOOKS)[number];

export const LOOK_NAMES: Record<Look, string> = {
  light: 'light',
  dark: 'dark',
  narrow: 'narrow',
  rtl: 'right to left',
  contrast: 'high contrast',
  filipino: 'in Filipino',
};

const LOCALES: Partial<Record<Look, string>> = { rtl: 'ar', filipino: 'fil-PH' };

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 420, height: 800 };

export function contextOf(look: Look): BrowserContextOptions {
  return {
    viewport: look === 'narrow' ? NARROW : WIDE,
    colorScheme: look === 'dark' || look === 'contrast' ? 'dark' : 'light',
    forcedColors: look === 'contrast' ? 'active' : 'none',
    locale: LOCALES[look] ?? 'en-GB',
    timezoneId: 'Asia/Manila',
    reducedMotion: 'reduce',
    permissions: ['notifications'],
  };
}
