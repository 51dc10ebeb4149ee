import { defineConfig } from 'electron-vite';

import { rendererConfig } from './src/renderer/vite.config.ts';

export default defineConfig({
  // The map stays with whoever builds: what is installed names none.
  main: { build: { sourcemap: 'hidden' } },
  preload: {
    build: {
      externalizeDeps: false,
      // A sandboxed window loads a single CommonJS file.
      rolldownOptions: { output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false } },
    },
  },
  renderer: rendererConfig('production'),
});
