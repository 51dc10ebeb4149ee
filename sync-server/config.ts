import { z } from 'zod';

import { AppError } from '#shared/errors.ts';

const shape = z.object({
  /** 0: any that is free. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(8787),
  HOST: z.string().min(1).default('127.0.0.1'),
  /** A Postgres of one's own; else the embedded one runs, in DATA_DIR. */
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'has to begin with postgres://')
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
  NODE_ENV: z.string().optional(),
});

export type ServerConfig = {
  port: number;
  host: string;
  databaseUrl: string | null;
  dataDir: string;
  allowedOrigins: readonly string[];
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
    throw new AppError('bad-request', `The environment variable ${path.join('.')} is not as it should be: ${message}.`);
  }
  const { PORT, HOST, DATABASE_URL, DATA_DIR, ALLOWED_ORIGINS, NODE_ENV } = result.data;
  return {
    port: PORT,
    host: HOST,
    databaseUrl: DATABASE_URL ?? null,
    dataDir: DATA_DIR,
    allowedOrigins: ALLOWED_ORIGINS,
    version,
    checkAnswers: NODE_ENV !== 'production',
  };
}
