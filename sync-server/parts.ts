import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import type { OidcMethod } from '#shared/api/common.ts';

import type { Addresses } from './addresses.ts';
import type { Authentication } from './auth/authentication.ts';
import type { Files } from './files/files.ts';
import type { Strangers } from './http/strangers.ts';
import type { ServerLimits } from './limits.ts';
import type { Log } from './log.ts';
import type { Meters } from './metrics/meters.ts';
import type { Refusals } from './refusals.ts';
import type { Database } from './storage/database.ts';
import type { BusState } from './sync/nodes/bus.ts';
import type { Timeline } from './timeline.ts';

/** What every part of the server works with. */
export type ServerParts = {
  db: Database;
  /** For what people write. */
  commits: Database;
  /** For connections of one's own (LISTEN). Holds a password: never to be logged. */
  databaseUrl: string;
  /** Where nodes tell each other what they committed; holds a password, perhaps. `null`: by Postgres. */
  redisUrl: string | null;
  timeline: Timeline;
  auth: Authentication;
  /** In which ways people can sign in, besides by password. */
  signIn: { platform: boolean; oidc: OidcMethod | null };
  log: Log;
  dataDir: string;
  files: Files;
  /** Other sites whose pages may open sockets. */
  allowedOrigins: readonly string[];
  /** Proxies that are believed about whom they speak for: addresses, or ranges of them. */
  trustedProxies: readonly string[];
  addresses: Addresses;
  strangers: Strangers;
  limits: ServerLimits;
  /** A limit said no. */
  refused: Refusals;
  meters: Meters;
  /** Ranges that are not of the internet where webhooks may lead. */
  webhookAddresses: readonly string[];
  /** Where people reach this server; `null`: where they did. */
  publicUrl: string | null;
  version: string;
  /** Checks answers against their schemas; off in production. */
  checkAnswers: boolean;
};

/** The sockets, as the server sees them. */
export type SyncPart = {
  /** What went between this node and others, for whoever watches. */
  bus(): BusState;
  /** Who has a socket open here. */
  accounts(): ReadonlySet<string>;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Tells the sockets to come back later, lets commits that are under way end, and closes all. */
  stop(): Promise<void>;
};
