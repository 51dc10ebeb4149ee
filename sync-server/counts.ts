/** How many of something each has at the moment; who has none takes no room. */
export class Counts {
  readonly #counts = new Map<string, number>();

  /** Takes one; false when it has `most` already. */
  take(key: string, most: number): boolean {
    const count = this.#counts.get(key) ?? 0;
    if (count >= most) return false;
    this.#counts.set(key, count + 1);
    return true;
  }

  give(key: string): void {
    const count = this.#counts.get(key) ?? 0;
    if (count > 1) this.#counts.set(key, count - 1);
    else this.#counts.delete(key);
  }
}

const WINDOW_MS = 60_000;
/** Whoever has more addresses than these begins anew; so does everybody else. */
const KEYS_MOST = 50_000;

/** How many of something each did this minute. */
export class MinuteCounts {
  readonly #counts = new Map<string, number>();
  #until = 0;

  /** Whether it did `most` already; `now` in milliseconds. */
  isOver(key: string, most: number, now: number): boolean {
    this.#turn(now);
    return (this.#counts.get(key) ?? 0) >= most;
  }

  add(key: string, now: number): void {
    this.#turn(now);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** Until this minute is over, in milliseconds. */
  left(now: number): number {
    return Math.max(0, this.#until - now);
  }

  #turn(now: number): void {
    if (now < this.#until && this.#counts.size < KEYS_MOST) return;
    this.#counts.clear();
    this.#until = now + WINDOW_MS;
  }
}
