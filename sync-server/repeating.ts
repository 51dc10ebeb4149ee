/** Work that is done over and over, until it is stopped. */
export type Repeating = { stop(): Promise<void> };

const STOP_MS = 1_000;

/**
 * Does `work` every `everyMs`, counted from the end of the last time, first after that time. `isStopped` tells long work to end.
 * `onFailure` isn't told of what a stop cut off.
 */
export function repeat(
  everyMs: number,
  work: (isStopped: () => boolean) => Promise<void>,
  onFailure: (error: unknown) => void,
): Repeating {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer = setTimeout(run, everyMs);

  function run(): void {
    running = work(() => stopped)
      .catch((error: unknown) => {
        if (!stopped) onFailure(error);
      })
      .finally(() => {
        if (!stopped) timer = setTimeout(run, everyMs);
      });
  }

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      // A statement that Postgres doesn't answer isn't waited for: what it does is done whole or not at all.
      const late = Promise.withResolvers<void>();
      const grace = setTimeout(late.resolve, STOP_MS);
      await Promise.race([running, late.promise]);
      clearTimeout(grace);
    },
  };
}
