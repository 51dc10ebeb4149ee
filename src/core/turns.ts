/** Pieces of work of some milliseconds each, of whatever kind: two of them in one round of the event loop would keep the page waiting for both. */
export type Turns = {
  /** Runs once a round, in the order of asking. */
  add(piece: () => void): void;
  /** Resolves at the beginning of a turn of one's own: what follows without another `await` is the piece. */
  next(): Promise<void>;
};

/** `tidy` has a turn after each `every` others: so much is written by then that moving it to its place takes about as long as another. */
export function createTurns(tidy: () => unknown, every = 8): Turns {
  const waiting: (() => void)[] = [];
  let done = 0;
  const round = (): void => {
    const piece = ++done % (every + 1) === 0 ? tidy : waiting.shift()!;
    // Before the piece, which may throw. What is asked for from an immediate comes a round later.
    if (waiting.length > 0) setImmediate(round);
    piece();
  };
  const add = (piece: () => void): void => {
    if (waiting.push(piece) === 1) setImmediate(round);
  };
  return { add, next: () => new Promise((resolve) => add(resolve)) };
}
