import type { Store } from './database.ts';

/** How often a disk that took nothing is tried. */
const TRY_AGAIN_MS = 3_000;

/** Tells when the disk begins and ends to take nothing, and tries it meanwhile: nobody has to write something to find out that it fits again. */
export function watchStorage(
  store: Store,
  { onChange, onRight }: { onChange: () => void; onRight: () => void },
): { close: () => void } {
  let trying: NodeJS.Timeout | null = null;
  const stop = (): void => {
    if (trying) clearInterval(trying);
    trying = null;
  };
  store.onTrouble((trouble) => {
    onChange();
    if (trouble?.passes) trying ??= setInterval(() => store.tryAgain(), TRY_AGAIN_MS);
    if (trouble) return;
    stop();
    // What waits goes on.
    onRight();
  });
  return { close: stop };
}
