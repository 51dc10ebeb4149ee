import type { AddressInfo } from 'node:net';

import { AppError } from '#shared/errors.ts';

import { addresses } from './addresses.ts';
import { createAuthentication } from './auth/authentication.ts';
import { platformPeople } from './auth/platform/platform-people.ts';
import type { ServerConfig } from './config.ts';
import { createFiles } from './files/files.ts';
import { closingHttp } from './http/close-http.ts';
import { createHttp, type Routes } from './http/http.ts';
import { createStrangers } from './http/strangers.ts';
import type { Log } from './log.ts';
import { createMeters } from './metrics/meters.ts';
import { serveMetrics } from './metrics/serve-metrics.ts';
import { startNotifications } from './notifications/notifications.ts';
import { KEPT, openStorage } from './open-storage.ts';
import type { ServerParts, SyncPart } from './parts.ts';
import { createRefusals } from './refusals.ts';
import { startFeedPruning } from './retention/feed-pruning.ts';
import { startRetention } from './retention/retention.ts';
import { ping } from './storage/database.ts';
import { readWaiting } from './storage/waiting.ts';
import { openTimeline } from './timeline.ts';

/** How often is looked for agencies whose old messages are due. */
const RETENTION_LOOK_MS = 10 * 60 * 1_000;
const FEED_PRUNING_MS = 10 * 60 * 1_000;

export type RunningServer = {
  /** `http://<host>:<port>` */
  url: string;
  /** Where the metrics are; `null`: nowhere. */
  metricsUrl: string | null;
  databaseUrl: string;
  /** Takes no new calls, lets those under way end, and closes everything. */
  stop(): Promise<void>;
  /** What is being closed just now. */
  closing(): string | null;
};

/** The sockets, and the routes that belong to them. */
export type AttachSync = (parts: ServerParts) => Promise<{ sync: SyncPart; routes: Routes[] }>;

/** Resolves when the server takes calls. @throws AppError when it can't start: `message` says why, in one line. */
export async function startServer(config: ServerConfig, log: Log, attach: AttachSync): Promise<RunningServer> {
  const closers: { name: string; close(): Promise<void> }[] = [];
  let stopping = false;
  let closing: string | null = null;

  async function stop(): Promise<void> {
    stopping = true;
    // What was opened last is closed first; one that fails doesn't keep the others open.
    const failures: unknown[] = [];
    for (const closer of closers.splice(0).reverse()) {
      closing = closer.name;
      try {
        await closer.close();
      } catch (error) {
        failures.push(error);
      }
    }
    closing = null;
    if (failures.length > 0) throw new AggregateError(failures, 'the server did not stop cleanly');
  }

  try {
    const meters = createMeters({ version: config.version });
    const storage = await openStorage(config, log, 'server', (ms) => meters.waited(ms));
    closers.push({ name: 'storage', close: () => storage.close() });
    const { db, commits, databaseUrl, dataDir } = storage;
    // Who comes first after a start, with all the others, needn't wait for connections too.
    await Promise.all([commits.read(ping), ...Array.from({ length: KEPT }, () => db.read(ping))]);
    const { platform, allowedOrigins, trustedProxies, publicUrl, version, checkAnswers } = config;
    const people = platform && platformPeople(db, platform, log);
    const auth = await createAuthentication(db, { allowedOrigins, platform: people });
    const files = await createFiles({ db, log, dataDir, config: config.files, onScanned: (outcome) => meters.scanned(outcome) });
    closers.push({ name: 'files', close: () => files.stop() });
    const signIn = { platform: platform !== null, oidc: platform?.app ?? null };
    const { limits } = config;
    const refused = createRefusals(meters, log);
    const of = addresses(trustedProxies);
    const parts: ServerParts = {
      db,
      commits,
      databaseUrl,
      redisUrl: config.redisUrl,
      timeline: await openTimeline(db, log),
      auth,
      signIn,
      log,
      dataDir,
      files,
      allowedOrigins,
      trustedProxies,
      addresses: of,
      strangers: createStrangers({ addresses: of, most: limits.strangersPerAddress, refused }),
      limits,
      refused,
      meters,
      publicUrl,
      webhookAddresses: config.notifications.trustedAddresses,
      version,
      checkAnswers,
    };
    const { sync, routes } = await attach(parts);
    meters.watch(() => ({ pool: db.connections() }));
    meters.watchStored(() => db.read(readWaiting));
    const metrics = config.metrics && (await serveMetrics(config.metrics, meters));
    if (metrics) {
      log.info('metrics', { url: metrics.url });
      closers.push({ name: 'metrics', close: () => metrics.stop() });
    }
    // Stopping twice is stopping once.
    closers.push({ name: 'sync', close: () => sync.stop() });
    const connected = () => sync.accounts();
    const notifications = startNotifications({
      db,
      databaseUrl,
      log,
      config: config.notifications,
      connected,
      isOneOfSeveral: () => sync.bus().others > 0,
      onAttempt: (outcome) => meters.delivery(outcome),
    });
    const retention = startRetention(db, log, { everyMs: RETENTION_LOOK_MS, now: Date.now });
    closers.push({ name: 'retention', close: () => retention.stop() });
    const pruning = startFeedPruning(db, log, config.feed, FEED_PRUNING_MS);
    closers.push({ name: 'feed-pruning', close: () => pruning.stop() });
    let notified: Promise<void> | null = null;
    const stopNotifications = () => (notified ??= notifications.stop());
    closers.push({ name: 'notifications', close: stopNotifications });
    const isReady = async () => !stopping && (await answers(parts));
    const app = await createHttp(parts, routes, isReady);
    app.server.on('upgrade', (request, socket, head) => sync.handleUpgrade(request, socket, head));
    const closeHttp = closingHttp(app, log);
    await listen(() => app.listen({ port: config.port, host: config.host }), config);
    // Together: sockets hold the listener open, and as long as it is open new ones come.
    closers.push({
      name: 'connections',
      close: async () => {
        await Promise.all([sync.stop(), closeHttp(), stopNotifications()]);
      },
    });
    const { port } = app.server.address() as AddressInfo;
    const host = config.host.includes(':') ? `[${config.host}]` : config.host;
    return { url: `http://${host}:${port}`, metricsUrl: metrics?.url ?? null, databaseUrl, stop, closing: () => closing };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function listen(start: () => Promise<unknown>, { host, port }: ServerConfig): Promise<void> {
  try {
    await start();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new AppError('conflict', `Port ${port} of ${host} is taken by another program. Set PORT to another one.`);
    }
    if (code === 'EACCES')
      throw new AppError('forbidden', `This user may not listen on port ${port}. Set PORT to one above 1023.`);
    if (code === 'EADDRNOTAVAIL') throw new AppError('bad-request', `${host} is no address of this machine. Set HOST to one.`);
    throw error;
  }
}

/** Whether Postgres answers; what is asked for readiness wants an answer soon. */
async function answers({ db }: ServerParts): Promise<boolean> {
  const late = new Promise<false>((resolve) => {
    setTimeout(() => resolve(false), 2_000).unref();
  });
  const asked = db.read(ping).then(
    () => true,
    () => false,
  );
  return Promise.race([asked, late]);
}
