import { resolve } from 'node:path';

import { z } from 'zod';

import { LIMITS } from '#shared/limits.ts';

export type S3Place = {
  /** With the bucket, without a slash at the end. */
  url: string;
  /** What every key begins with: empty, or it ends in a slash. */
  prefix: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
};

export type ScanConfig =
  | { kind: 'none' }
  /** A program and what is said to it before the file's path. */
  | { kind: 'command'; command: readonly [string, ...string[]] }
  | { kind: 'icap'; url: string };

export type FilesConfig = {
  /** `null`: the folder `files` of DATA_DIR. */
  store: { kind: 'folder'; path: string } | ({ kind: 's3' } & S3Place) | null;
  /** Where uploads under way lie, for all nodes; `null`: the folder `uploads` of DATA_DIR. */
  uploadsDir: string | null;
  mostBytes: number;
  /** `image/png`, `image/*`, `*` */
  types: readonly string[];
  scan: ScanConfig;
};

export const DEFAULT_FILES: FilesConfig = {
  store: null,
  uploadsDir: null,
  mostBytes: LIMITS.attachmentBytes,
  types: ['*'],
  scan: { kind: 'none' },
};

/** One file is held in memory while it is looked at. */
const MOST_MB = 200;
const TYPE = /^(\*|[a-z]+\/(\*|[a-z0-9][a-z0-9.+-]*))$/;

/** The environment variables about files. What they hold may be secret, and stands in no message. */
export const filesVariables = {
  FILES_URL: z
    .string()
    .refine((text) => storeOf(text) !== null, 'has to be file:///folder or s3://key:secret@host/bucket')
    .optional(),
  /** A folder that all nodes share, so that an upload goes on at any of them. */
  FILES_UPLOADS_DIR: z.string().min(1).optional(),
  FILES_MAX_MB: z.coerce.number().int().min(1).max(MOST_MB).optional(),
  FILES_TYPES: z
    .string()
    .default('*')
    .transform((text) => text.split(',').flatMap((one) => one.trim().toLowerCase() || []))
    .refine((all) => all.length > 0 && all.every((one) => TYPE.test(one)), 'has to be types such as image/*,application/pdf'),
  FILES_SCAN_COMMAND: z.string().trim().min(1).optional(),
  FILES_SCAN_ICAP: z
    .string()
    .refine((text) => {
      const url = URL.parse(text);
      return url?.protocol === 'icap:' && url.hostname !== '' && url.pathname.length > 1;
    }, 'has to be icap://host:port/service')
    .optional(),
};

type Given = {
  FILES_URL?: string | undefined;
  FILES_UPLOADS_DIR?: string | undefined;
  FILES_MAX_MB?: number | undefined;
  FILES_TYPES: string[];
  FILES_SCAN_COMMAND?: string | undefined;
  FILES_SCAN_ICAP?: string | undefined;
};

export function filesConfig(given: Given): FilesConfig {
  return {
    store: given.FILES_URL === undefined ? null : storeOf(given.FILES_URL),
    uploadsDir: given.FILES_UPLOADS_DIR === undefined ? null : resolve(given.FILES_UPLOADS_DIR),
    mostBytes: given.FILES_MAX_MB === undefined ? LIMITS.attachmentBytes : given.FILES_MAX_MB * 1024 * 1024,
    types: given.FILES_TYPES,
    scan: scanOf(given),
  };
}

export function filesProblem(given: Given): { variable: string; message: string } | null {
  return given.FILES_SCAN_COMMAND !== undefined && given.FILES_SCAN_ICAP !== undefined
    ? { variable: 'FILES_SCAN_ICAP', message: 'only one of FILES_SCAN_COMMAND and FILES_SCAN_ICAP can look through files' }
    : null;
}

function scanOf({ FILES_SCAN_COMMAND: command, FILES_SCAN_ICAP: url }: Given): ScanConfig {
  if (url !== undefined) return { kind: 'icap', url };
  if (command === undefined) return { kind: 'none' };
  return { kind: 'command', command: command.split(/\s+/) as [string, ...string[]] };
}

function storeOf(text: string): FilesConfig['store'] {
  const url = URL.parse(text);
  if (url?.protocol === 'file:') {
    const path = decoded(url.pathname);
    if (url.host !== '' || path === null || path === '/' || path.includes('\0')) return null;
    // file:///C:/files
    return { kind: 'folder', path: /^\/[a-z]:/i.test(path) ? path.slice(1) : path };
  }
  if (url?.protocol !== 's3:' || url.host === '') return null;
  const [accessKeyId, secretAccessKey] = [decoded(url.username), decoded(url.password)];
  const [bucket, ...folders] = url.pathname.split('/').filter((part) => part !== '');
  const tls = url.searchParams.get('tls') ?? '1';
  if (!accessKeyId || !secretAccessKey || bucket === undefined || !/^[01]$/.test(tls)) return null;
  return {
    kind: 's3',
    url: `${tls === '0' ? 'http' : 'https'}://${url.host}/${bucket}`,
    prefix: folders.map((folder) => `${folder}/`).join(''),
    region: url.searchParams.get('region') ?? 'us-east-1',
    accessKeyId,
    secretAccessKey,
  };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
