import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

export default defineConfig({
  main: { build: { sourcemap: true } },
  preload: {
    build: {
      externalizeDeps: false,
      // A sandboxed window loads a single CommonJS file.
      rolldownOptions: { output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false } },
    },
  },
  renderer: { plugins: [react(), tailwindcss()], build: { minify: 'oxc', sourcemap: 'hidden' } },
});
