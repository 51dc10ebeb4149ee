import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';

import { licences } from './src/packaging/licences/plugin.ts';
import { rendererConfig } from './src/renderer/vite.config.ts';
import { FAMILIES } from './src/transcript/fonts.ts';

/** The fonts of exported conversations lie beside the program that writes them, as `src/transcript/fonts.ts` looks for them. */
const transcriptFonts: Plugin = {
  name: 'transcript-fonts',
  generateBundle() {
    for (const { name, weights } of FAMILIES) {
      const folder = dirname(fileURLToPath(import.meta.resolve(`@fontsource/${name}/unicode.json`)));
      const wanted = new RegExp(`-(${weights.join('|')})-normal\\.woff$`);
      const files = readdirSync(join(folder, 'files')).filter((file) => wanted.test(file));
      for (const file of ['unicode.json', ...files.map((one) => `files/${one}`)])
        this.emitFile({ type: 'asset', fileName: `fonts/${name}/${file}`, source: readFileSync(join(folder, file)) });
    }
  },
};

const fonts = FAMILIES.map(({ name }) => fileURLToPath(import.meta.resolve(`@fontsource/${name}/unicode.json`)));

export default defineConfig({
  // The map stays with whoever builds: what is installed names none.
  main: {
    plugins: [transcriptFonts, licences(fonts)],
    build: {
      sourcemap: 'hidden',
      rolldownOptions: {
        input: {
          index: fileURLToPath(new URL('src/main/index.ts', import.meta.url)),
          // A thread of its own: what takes seconds must not keep the app waiting.
          'export-worker': fileURLToPath(new URL('src/core/export/worker.ts', import.meta.url)),
        },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      // A sandboxed window loads a single CommonJS file.
      rolldownOptions: { output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false } },
    },
  },
  renderer: rendererConfig('production'),
});
