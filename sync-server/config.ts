import { isIP } from 'node:net';

import { z } from 'zod';

import { AppError } from '#shared/errors.ts';

import { platformConfig, platformProblem, platformVariables, type PlatformConfig } from './auth/platform/platform-config.ts';
import { filesConfig, filesProblem, filesVariables, type FilesConfig } from './files/files-config.ts';
import { readLimits, type ServerLimits } from './limits.ts';
import { metricsConfig, metricsProblem, metricsVariables, type MetricsConfig } from './metrics/metrics-config.ts';
import { notificationsConfig, notificationsVariables, type NotificationsConfig } from './notifications/notifications-config.ts';
import { DEFAULT_FEED_KEEP, type FeedKeep } from './storage/feed-keep.ts';

const shape = z.object({
  /** 0: any that is free. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(8787),
  HOST: z.string().min(1).default('127.0.0.1'),
  /** A Postgres of one's own; else the embedded one runs, in DATA_DIR. */
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'has to begin with postgres://')
    .optional(),
  /** How several nodes tell each other what they committed; without, by Postgres. */
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'has to begin with redis:// or rediss://')
    .optional(),
  DATA_DIR: z.string().min(1).default('.data/server'),
  /** Other sites whose pages may open sockets here. */
  ALLOWED_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((one) => one.trim() || []))
    .refine(
      (all) => all.every((one) => URL.parse(one)?.origin === one),
      'has to be origins such as https://app.example.com, with commas',
    ),
  /** Proxies in front; their `X-Forwarded-For` says who calls. */
  TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((one) => one.trim() || []))
    .refine(
      (all) => all.every((one) => isIP(one.split('/')[0]!) !== 0 && /^[^/]+(\/[0-9]{1,3})?$/.test(one)),
      'has to be addresses or ranges such as 10.0.0.0/8, with commas',
    ),
  /** Where people reach this server; links begin with it. */
  PUBLIC_URL: z
    .string()
    .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), 'has to begin with https:// or http://')
    .transform((text) => text.replace(/\/+$/, ''))
    .optional(),
  /** `name=number,…`: other limits than the usual ones. */
  LIMITS: z
    .string()
    .default('')
    .transform((text, context) => {
      try {
        return readLimits(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'cannot be read' });
        return z.NEVER;
      }
    }),
  /** How long an app may be away and go on from where it was. */
  FEED_DAYS: z.coerce.number().int().min(1).max(90).default(DEFAULT_FEED_KEEP.days),
  /** At most so many rows of the feed are kept for that, for each of an agency's people. */
  FEED_ROWS_PER_PERSON: z.coerce.number().int().min(100).max(1_000_000).default(DEFAULT_FEED_KEEP.rowsPerPerson),
  NODE_ENV: z.string().optional(),
  ...platformVariables,
  ...filesVariables,
  ...metricsVariables,
  ...notificationsVariables,
});

/** Of all there are; told in docs/deploy-server.md. */
export const CONFIG_VARIABLES: readonly string[] = Object.keys(shape.shape);

export type ServerConfig = {
  port: number;
  host: string;
  databaseUrl: string | null;
  redisUrl: string | null;
  dataDir: string;
  allowedOrigins: readonly string[];
  trustedProxies: readonly string[];
  publicUrl: string | null;
  /** `null`: no platform signs people in here. */
  platform: PlatformConfig | null;
  files: FilesConfig;
  notifications: NotificationsConfig;
  limits: ServerLimits;
  feed: FeedKeep;
  /** `null`: nobody can look. */
  metrics: MetricsConfig | null;
  version: string;
  checkAnswers: boolean;
};

/** Reads the environment of an entry file. @throws AppError bad-request that names the variable */
export function readConfig(env: Record<string, string | undefined>, version: string): ServerConfig {
  // An empty variable is how a shell or a compose file says "not set".
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = shape.safeParse(set);
  if (!result.success) {
    const { path, message } = result.error.issues[0]!;
    throw wrong(path.join('.'), message);
  }
  const problem = platformProblem(result.data) ?? filesProblem(result.data) ?? metricsProblem(result.data);
  if (problem) throw wrong(problem.variable, problem.message);
  const { PORT, HOST, DATABASE_URL, REDIS_URL, DATA_DIR, ALLOWED_ORIGINS, TRUSTED_PROXIES, PUBLIC_URL, NODE_ENV } = result.data;
  const { FEED_DAYS, FEED_ROWS_PER_PERSON } = result.data;
  return {
    port: PORT,
    host: HOST,
    databaseUrl: DATABASE_URL ?? null,
    redisUrl: REDIS_URL ?? null,
    dataDir: DATA_DIR,
    allowedOrigins: ALLOWED_ORIGINS,
    trustedProxies: TRUSTED_PROXIES,
    publicUrl: PUBLIC_URL ?? null,
    platform: platformConfig(result.data),
    files: filesConfig(result.data),
    notifications: notificationsConfig(result.data),
    limits: result.data.LIMITS,
    feed: { ...DEFAULT_FEED_KEEP, days: FEED_DAYS, rowsPerPerson: FEED_ROWS_PER_PERSON },
    metrics: metricsConfig(result.data),
    version,
    checkAnswers: NODE_ENV !== 'production',
  };
}

/** Without what was given: it may be a secret. */
function wrong(variable: string, message: string): AppError {
  return new AppError('bad-request', `The environment variable ${variable} is not as it should be: ${message}.`);
}
