import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createCore } from '#core/core.ts';
import { createNetwork } from '#core/network/network.ts';
import { applyProxy, proxyVariables } from '#core/network/proxy.ts';
import { trust } from '#core/network/trust.ts';
import type { Core, Log, Platform } from '#core/platform.ts';
import { loadPolicies, runProgram } from '#core/policies/load.ts';
import { createSecretsFile, PLAIN } from '#core/secrets-file.ts';
import { AppError } from '#shared/errors.ts';

import { isExecutable, type Machine } from './browser.ts';
import { type HostServer, startHostServer } from './host-server.ts';
import { createJsonLog } from './json-log.ts';
import { createOfferedFiles, type OfferedFiles } from './offered-files.ts';
import { openLink } from './open-link.ts';
import { type Options, readOptions, USAGE, UsageError } from './options.ts';
import { rebuiltWords } from './rebuilt-words.ts';
import { watchWaking } from './wake.ts';
import { openWindow } from './window.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The unattended sign-in must not keep the page from opening: the form is there as well. */
const SIGN_IN_PATIENCE_MS = 10_000;

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env['TRIALOGUE_PASSWORD'], join(ROOT, 'out/renderer'));
  if (options === 'help') {
    console.log(USAGE);
    return;
  }
  delete process.env['TRIALOGUE_PASSWORD']; // the browser that is started below has no use for it
  if (!options.development && !existsSync(join(options.rendererDir, 'index.html'))) {
    throw new AppError(
      'not-found',
      `The app’s page is not built: ${options.rendererDir} has no index.html. Run npm run build first.`,
    );
  }
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const log = createJsonLog(join(options.dataDir, 'app.log'), Date.now, (words) => console.error(words));
  const policies = await loadPolicies(
    {
      platform: process.platform,
      folder: process.env['TRIALOGUE_POLICIES_DIR'] ?? null,
      systemRoot: process.env['SystemRoot'] ?? 'C:\\Windows',
      run: runProgram,
    },
    log,
  );
  const network = createNetwork({
    policies,
    resolve: null,
    systemProxy: proxyVariables(process.env),
    trust: (extra) => trust(extra, process.platform, log),
    apply: applyProxy,
    now: Date.now,
    log,
  });
  if (options.rebuild) console.log('Making all rows anew from what the server committed …');
  const offered = createOfferedFiles();
  const core = await createCore(platform(options, offered, log), {
    server: options.server,
    rebuild: options.rebuild,
    policies: network.policies,
  });
  if (options.rebuild) console.log(rebuiltWords(core.rebuilt));
  const server = await startHostServer({ core, ...options, development: development(options), offered, log }).catch(
    async (error: unknown) => {
      await core.close();
      throw error;
    },
  );
  const ending = untilEnded();
  if (options.signIn) await signIn(core, options.signIn);
  const window = options.open ? openWindow(server.address, options.dataDir, machine(), console.log, ending.end) : null;
  console.log(`app ${server.address}`);
  log.info('host.ready', { port: server.port });
  // Else only an orderly end would keep it for the next start (NODE_VARIABLES); takes 25 ms the first time, then nothing.
  flushCompileCache();
  const stopWatching = watchWaking(Date.now, () => core.wake());
  const why = await ending.promise;
  stopWatching();
  log.info('host.ending', { why });
  window?.close();
  await close(server, core);
}

/** The cookie is known beforehand only where the page comes from a development server. */
function development({ development }: Options): Options['development'] {
  return development && { ...development, cookie: process.env['TRIALOGUE_DEV_COOKIE'] ?? null };
}

function platform(options: Options, offered: OfferedFiles, log: Log): Platform {
  return {
    version: (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version,
    dataDir: options.dataDir,
    secrets: createSecretsFile(join(options.dataDir, 'secrets.json'), PLAIN, log),
    capabilities: { notifications: 'page', badge: false, secretStore: false },
    notify: () => log.warn('host.notify-unexpected'),
    withdraw: () => undefined, // the page that showed it takes it away
    setBadge: () => undefined, // `capabilities.badge` says that there is none
    exportWorker: new URL('../core/export/worker.ts', import.meta.url),
    saveFile: async (file) => ({ kind: 'address', address: offered.offer(file) }),
    openLink,
    deviceName: `${hostname()} (browser)`,
    languages: () => [Intl.DateTimeFormat().resolvedOptions().locale],
    log,
    now: Date.now,
    random: Math.random,
  };
}

function machine(): Machine {
  return { platform: process.platform, env: process.env, isRoot: process.getuid?.() === 0, executable: isExecutable };
}

async function signIn(core: Core, { email, password }: { email: string; password: string }): Promise<void> {
  const patience = Promise.withResolvers<void>();
  const timer = setTimeout(patience.resolve, SIGN_IN_PATIENCE_MS);
  const signedIn = core.signIn(email, password).catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error;
    console.error(`Signing in as ${email} did not work; the app shows its sign-in form. ${error.message}`);
  });
  await Promise.race([signedIn, patience.promise]);
  clearTimeout(timer);
}

/** `end` comes from the window; a second signal ends the process at once, as it does everywhere. */
function untilEnded(): { promise: Promise<string>; end: () => void } {
  const { promise, resolve } = Promise.withResolvers<string>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(signal));
  return { promise, end: () => resolve('window-closed') };
}

async function close(server: HostServer, core: Core): Promise<void> {
  await server.close();
  await core.close();
}

try {
  await main();
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exit(2);
  } else {
    console.error(error instanceof AppError ? error.message : error);
    process.exit(1); // whatever still runs must not keep a broken app alive
  }
}
