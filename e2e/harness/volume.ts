import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why no disk can be made full here; `null` where one can. */
export const noVolumes: string | null =
  process.platform === 'linux' && process.getuid?.() === 0 && mayMount()
    ? null
    : 'a disk to be filled is a tmpfs of its own, which root of Linux alone may mount: run it as root';

/** The largest that `free` makes one, where another process made it. */
const MOST_MB = 3_000;

/** A disk of its own that can be full. Where none can be mounted it is a folder, and `fill` isn't to be called. */
export class Volume {
  readonly path: string;
  readonly #mostMb: number;

  private constructor(path: string, mostMb: number) {
    this.path = path;
    this.#mostMb = mostMb;
  }

  static make(mostMb = MOST_MB): Volume {
    const path = mkdtempSync(join(tmpdir(), 'trialogue-volume-'));
    if (noVolumes === null) execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mostMb}m`, 'tmpfs', path]);
    // As root Postgres runs under a user of its own, which mkdtemp would keep out.
    chmodSync(path, 0o711);
    return new Volume(path, mostMb);
  }

  /** One that was made by another process. */
  static at(path: string, mostMb = MOST_MB): Volume {
    return new Volume(path, mostMb);
  }

  /** From now on it has `leftKb` more than what is on it. */
  fill(leftKb = 0): void {
    const { blocks, bfree, bsize } = statfsSync(this.path);
    this.#resize(`${Math.ceil(((blocks - bfree) * bsize) / 1024) + leftKb}k`);
  }

  free(): void {
    this.#resize(`${this.#mostMb}m`);
  }

  end(): void {
    // What a program that was killed still holds open keeps the rest, until it is gone.
    if (noVolumes === null) execFileSync('umount', ['--lazy', this.path]);
    rmSync(this.path, { recursive: true, force: true });
  }

  #resize(size: string): void {
    execFileSync('mount', ['-o', `remount,size=${size}`, this.path]);
  }
}

function mayMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'trialogue-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'pipe' });
    execFileSync('umount', [folder], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
