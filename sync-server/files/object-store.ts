import type { Readable } from 'node:stream';

/** Both ends belong to it. */
export type ByteRange = { from: number; to: number };

/** Where bytes lie, under keys such as `ab/abcd…`. */
export type ObjectStore = {
  /** Durable when it answers: a row may then speak of it. */
  put(key: string, bytes: Buffer): Promise<void>;
  /** In bytes; `null`: there is nothing under this key. */
  size(key: string): Promise<number | null>;
  /** Only of what is there. */
  read(key: string, range?: ByteRange): Promise<Readable>;
  /** Also of what isn't there. */
  delete(key: string): Promise<void>;
};

/** Bytes lie under what they are, so that the same file is kept once. */
export function objectKey(sha256: Buffer): string {
  const hex = sha256.toString('hex');
  return `${hex.slice(0, 2)}/${hex}`;
}

/** Finds in the second what the first doesn't have; writes to the first alone. */
export function withEarlier(store: ObjectStore, earlier: ObjectStore): ObjectStore {
  return {
    put: (key, bytes) => store.put(key, bytes),
    size: async (key) => (await store.size(key)) ?? earlier.size(key),
    read: async (key, range) => ((await store.size(key)) === null ? earlier : store).read(key, range),
    async delete(key) {
      await store.delete(key);
      await earlier.delete(key);
    },
  };
}
