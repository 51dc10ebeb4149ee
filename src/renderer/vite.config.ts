import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin, type UserConfig } from 'vite';

import { licences } from '../packaging/licences/plugin.ts';

/** The dev server injects styles and a refresh script into the page, which the policy of the built page forbids. */
const policyOnlyWhenBuilt: Plugin = {
  name: 'policy-only-when-built',
  apply: 'serve',
  transformIndexHtml: (html) => html.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/, ''),
};

/** The page over the fake core is the app's page with another beginning. */
const fakeBeginning: Plugin = {
  name: 'fake-beginning',
  transformIndexHtml: { order: 'pre', handler: (html) => html.replace('./main.tsx', './testing/dev.tsx') },
};

const here = fileURLToPath(new URL('.', import.meta.url));

/** `--mode fake` builds the page with the fake core instead, to look at and to test; it is never part of the app. */
export function rendererConfig(mode: string): UserConfig {
  return {
    root: here,
    base: './',
    plugins: [react(), tailwindcss(), policyOnlyWhenBuilt, licences(), ...(mode === 'fake' ? [fakeBeginning] : [])],
    build: {
      // Whole: a relative one would lead elsewhere from the Electron build, which takes it from where it was started.
      outDir: join(here, '../../out', mode === 'fake' ? 'renderer-fake' : 'renderer'),
      emptyOutDir: true,
      target: 'chrome130',
      minify: 'oxc',
      sourcemap: 'hidden',
      // The policy lets no font or style come from a data: address.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1_000,
      rolldownOptions: { input: `${here}index.html` },
    },
  };
}

export default defineConfig(({ mode }) => rendererConfig(mode));
