/** `afterMs`: what comes within it is told together. `everyMs`: the pause that follows in the long run, but for the first `burst`. */
export type Pace = { afterMs: number; everyMs: number; burst: number };

export function paced({ afterMs, everyMs, burst }: Pace, work: () => void): { soon(): void; cancel(): void } {
  let timer: NodeJS.Timeout | null = null;
  /** When all that was done would have been done with its pauses. */
  let paidUntil = -Infinity;
  return {
    soon() {
      timer ??= setTimeout(
        () => {
          timer = null;
          paidUntil = Math.max(paidUntil, performance.now()) + everyMs;
          work();
        },
        Math.max(afterMs, paidUntil - everyMs * (burst - 1) - performance.now()),
      );
    },
    cancel() {
      if (timer) clearTimeout(timer);
      timer = null;
    },
  };
}
