import type { SafeStorage } from 'electron';

import type { Log } from '#core/platform.ts';
import { PLAIN, type Seal } from '#core/secrets-file.ts';

export type SystemStore = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

const SEALED = 'sealed:';

/**
 * Seals with the system's keyring. Without one, values stand in the file as they are, as in the other host, and `secure` says so;
 * with Linux's `basic_text` they are sealed with a key that everybody knows, which counts as none.
 */
export async function systemSeal(
  store: SystemStore,
  platform: NodeJS.Platform,
  log: Log,
): Promise<{ seal: Seal; secure: boolean }> {
  if (!(await store.isAsyncEncryptionAvailable())) {
    log.warn('secrets.no-store', { backend: 'none' });
    return { seal: readingOld(store, PLAIN), secure: false };
  }
  const weak = platform === 'linux' && store.getSelectedStorageBackend() === 'basic_text';
  if (weak) log.warn('secrets.no-store', { backend: 'basic_text' });
  const seal: Seal = {
    seal: async (value) => SEALED + (await store.encryptStringAsync(value)).toString('base64'),
    open: (value) => Promise.resolve({ value, again: true }), // from a time without a keyring
  };
  return { seal: readingOld(store, seal), secure: !weak };
}

function readingOld(store: SystemStore, seal: Seal): Seal {
  return {
    seal: (value) => seal.seal(value),
    async open(text) {
      if (!text.startsWith(SEALED)) return seal.open(text);
      const { result, shouldReEncrypt } = await store.decryptStringAsync(Buffer.from(text.slice(SEALED.length), 'base64'));
      return { value: result, again: shouldReEncrypt };
    },
  };
}
