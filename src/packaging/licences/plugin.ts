import type { Plugin } from 'vite';

import { noticesOf } from './notices.ts';

/** The licences of what is bundled go along with it, as `licences.txt`. `more`: files that are put in without being a module. */
export function licences(more: readonly string[] = []): Plugin {
  return {
    name: 'licences',
    apply: 'build',
    generateBundle(_options, bundle) {
      const code = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
      const styles = [...this.getModuleIds()].filter((id) => id.endsWith('.css'));
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source: noticesOf([...code, ...styles, ...more]) });
    },
  };
}
