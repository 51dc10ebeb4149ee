import { createHmac } from 'node:crypto';

export const SIGNATURE_HEADER = 'trialogue-signature';
export const DELIVERY_HEADER = 'trialogue-delivery';

/** `t=<unix seconds>,v1=<hex HMAC-SHA-256 of "<t>.<body>">`. @param now ms since 1970 */
export function signatureOf(secret: string, body: string, now: number): string {
  const seconds = Math.floor(now / 1_000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}
