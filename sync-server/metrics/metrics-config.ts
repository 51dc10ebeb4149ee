import { isIP } from 'node:net';

import { z } from 'zod';

/** Where metrics are served, apart from the API. */
export type MetricsConfig = { port: number; host: string; token: string | null };

export const metricsVariables = {
  /** 0: any that is free. Without it there are none. */
  METRICS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  METRICS_HOST: z.string().min(1).default('127.0.0.1'),
  /** Asked for as `Authorization: Bearer`. */
  METRICS_TOKEN: z.string().min(16, 'has to have 16 characters at least').optional(),
};
type Read = z.output<z.ZodObject<typeof metricsVariables>>;

export function metricsConfig({ METRICS_PORT, METRICS_HOST, METRICS_TOKEN }: Read): MetricsConfig | null {
  return METRICS_PORT === undefined ? null : { port: METRICS_PORT, host: METRICS_HOST, token: METRICS_TOKEN ?? null };
}

export function metricsProblem({
  METRICS_PORT,
  METRICS_HOST,
  METRICS_TOKEN,
}: Read): { variable: string; message: string } | null {
  if (METRICS_PORT === undefined || METRICS_TOKEN !== undefined || isLoopback(METRICS_HOST)) return null;
  return {
    variable: 'METRICS_TOKEN',
    message: 'has to be set where METRICS_HOST is not this machine alone: metrics are nobody else’s to read',
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
