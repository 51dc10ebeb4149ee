import { isIP } from 'node:net';

import { z } from 'zod';

import { AppError } from '#shared/errors.ts';

import { addressRules } from './addresses.ts';

export type NotificationsConfig = {
  /** Ranges that are not of the internet where webhooks may lead all the same, also by http. */
  trustedAddresses: readonly string[];
  /** How long somebody without a socket isn't told by webhook. */
  awaySeconds: number;
  timeoutMs: number;
  /** Tries after the first; the wait before each doubles from the first to the longest. */
  retries: { limit: number; firstSeconds: number; longestSeconds: number };
};

/** The last try is about a day after the first. */
export const DEFAULT_NOTIFICATIONS: NotificationsConfig = {
  trustedAddresses: [],
  awaySeconds: 60,
  timeoutMs: 10_000,
  retries: { limit: 16, firstSeconds: 5, longestSeconds: 4 * 60 * 60 },
};

export const notificationsVariables = {
  WEBHOOK_TRUSTED_ADDRESSES: z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((one) => one.trim() || []))
    .refine((all) => all.every(isRange), 'has to be addresses or ranges such as 10.0.0.0/8, with commas'),
};

function isRange(text: string): boolean {
  const [address, bits, ...more] = text.split('/');
  const version = isIP(address!);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

export function notificationsConfig(given: { WEBHOOK_TRUSTED_ADDRESSES: string[] }): NotificationsConfig {
  return { ...DEFAULT_NOTIFICATIONS, trustedAddresses: given.WEBHOOK_TRUSTED_ADDRESSES };
}

/** Says no to what can never be called. Where a name leads is looked at with each call. @throws AppError bad-request */
export function checkWebhookUrl(text: string, trustedAddresses: readonly string[]): string {
  const url = URL.parse(text);
  const rules = addressRules(trustedAddresses);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new AppError('bad-request', 'The address of a webhook begins with https://.');
  }
  if (url.protocol === 'http:' && !rules.trustsAny) {
    throw new AppError(
      'bad-request',
      'The address of a webhook begins with https://; http:// is only for WEBHOOK_TRUSTED_ADDRESSES.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new AppError('bad-request', 'The address of a webhook holds no name or password; calls are signed.');
  }
  const name = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(name) !== 0 && !(rules.mayReach(name) && (url.protocol === 'https:' || rules.isTrusted(name)))) {
    throw new AppError('bad-request', 'A webhook leads to the internet, or to WEBHOOK_TRUSTED_ADDRESSES.');
  }
  url.hash = '';
  return url.href;
}
