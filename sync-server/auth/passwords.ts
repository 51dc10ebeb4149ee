import { hash, verify } from '@node-rs/argon2';

/** argon2id, the parameters that OWASP recommends: 19 MiB, 2 passes, 1 lane. (2 is `Algorithm.Argon2id`, an ambient enum.) */
const OPTIONS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** The hash of no password: what a sign-in without an account is compared with, so that it takes as long. */
const NOBODY = '$argon2id$v=19$m=19456,t=2,p=1$dHJpYWxvZ3VlLW5vYm9keQ$rH3kR6yq0pVrFZ0f7J6cQb5v3VQ2pSg0dV1cYkH9uLw';

export function hashPassword(password: string): Promise<string> {
  return hash(password, OPTIONS);
}

/** Takes as long when there is no hash. */
export async function passwordFits(password: string, stored: string | null): Promise<boolean> {
  const fits = await verify(stored ?? NOBODY, password);
  return fits && stored !== null;
}
