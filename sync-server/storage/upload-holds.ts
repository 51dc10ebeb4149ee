import type { Transaction } from './database.ts';

/** `write`: a piece of it comes. `finish`: a file is made of it. */
export type HoldKind = 'write' | 'finish';
export type Hold = { upload: string; what: HoldKind; holder: string };

/** Takes an upload for `ms`, unless another call has it, which then is asked for it. */
export async function takeHold(tx: Transaction, { upload, what, holder }: Hold, ms: number): Promise<boolean> {
  const taken = await tx.rows(
    `INSERT INTO upload_holds AS h (upload_id, what, holder, until) VALUES ($1, $2, $3, now() + make_interval(secs => $4))
     ON CONFLICT (upload_id, what) DO UPDATE SET holder = excluded.holder, until = excluded.until, wanted = false
       WHERE h.until < now() RETURNING 1`,
    [upload, what, holder, ms / 1_000],
  );
  if (taken.length > 0) return true;
  await tx.rows('UPDATE upload_holds SET wanted = true WHERE upload_id = $1 AND what = $2', [upload, what]);
  return false;
}

/** Keeps it for another `ms`. `null`: it was taken away, having been silent for too long. */
export async function keepHold(tx: Transaction, { upload, what, holder }: Hold, ms: number): Promise<{ wanted: boolean } | null> {
  const [row] = await tx.rows<{ wanted: boolean }>(
    `UPDATE upload_holds SET until = now() + make_interval(secs => $4) WHERE upload_id = $1 AND what = $2 AND holder = $3
     RETURNING wanted`,
    [upload, what, holder, ms / 1_000],
  );
  return row ?? null;
}

export async function dropHold(tx: Transaction, { upload, what, holder }: Hold): Promise<void> {
  await tx.rows('DELETE FROM upload_holds WHERE upload_id = $1 AND what = $2 AND holder = $3', [upload, what, holder]);
}

/** Of nodes that died. */
export async function dropOldHolds(tx: Transaction): Promise<void> {
  await tx.rows("DELETE FROM upload_holds WHERE until < now() - interval '1 hour'");
}
