import { hostname } from 'node:os';
import { join } from 'node:path';

import {
  app,
  ipcMain,
  Menu,
  MessageChannelMain,
  nativeTheme,
  Notification,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
} from 'electron';
import electronLog from 'electron-log/main';

import { createCore } from '#core/core.ts';
import { createNetwork } from '#core/network/network.ts';
import { applyProxy } from '#core/network/proxy.ts';
import { trust } from '#core/network/trust.ts';
import type { Core, Log } from '#core/platform.ts';
import { loadPolicies, runProgram } from '#core/policies/load.ts';
import { createSecretsFile } from '#core/secrets-file.ts';
import { AppError } from '#shared/errors.ts';

import { APP_SCHEME_PRIVILEGES, createAppProtocol } from './app-protocol.ts';
import { type AppWindow, createAppWindow } from './app-window.ts';
import { deepLinkIn, LINK_SCHEME, readDeepLink } from './deep-link.ts';
import { guardSession } from './guards.ts';
import { menuTemplate } from './menu.ts';
import { createNotifications } from './notifications.ts';
import { servePages } from './page-bridge.ts';
import { electronPlatform } from './platform.ts';
import { APP_SCHEME } from './sender.ts';
import { createShellLog } from './shell-log.ts';
import { type Development, readDevelopment } from './sign-in.ts';
import { systemSeal } from './system-seal.ts';
import { watchForUpdates } from './updates/watch.ts';

const development = readDevelopment(app.isPackaged, process.env);
if (development.dataDir) app.setPath('userData', development.dataDir);
delete process.env['TRIALOGUE_PASSWORD']; // nothing that is started from here has a use for it
const dataDir = app.getPath('userData');
const log = createShellLog(electronLog, join(dataDir, 'app.log'), Date.now);

app.enableSandbox();
protocol.registerSchemesAsPrivileged([APP_SCHEME_PRIVILEGES]);
if (app.requestSingleInstanceLock()) {
  start().catch((error: unknown) => {
    log.error('shell.start-failed', { code: error instanceof AppError ? error.code : String(error) });
    console.error(error instanceof AppError ? error.message : error);
    app.exit(1);
  });
} else {
  app.quit(); // the one that runs is told by `second-instance`
}

async function start(): Promise<void> {
  // A link can come before anything is ready to follow it.
  let linked = deepLinkIn(process.argv);
  let follow = (conversation: string): void => void (linked = conversation);
  app.on('open-url', (event, url) => {
    event.preventDefault();
    const conversation = readDeepLink(url);
    if (conversation !== null) follow(conversation);
  });
  await app.whenReady();
  if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME);
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform, !app.isPackaged)));
  guardSession(session.defaultSession);

  const { core, window } = await openApp(development);
  follow = (conversation) => {
    core.goTo({ conversation, thread: 'all', seq: null });
    show(window);
  };
  app.on('second-instance', (_event, argv) => {
    const conversation = deepLinkIn(argv);
    if (conversation === null) show(window);
    else follow(conversation);
  });
  app.on('activate', () => show(window));
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  closeBeforeQuit(core);
  powerMonitor.on('resume', () => core.wake());
  powerMonitor.on('unlock-screen', () => core.wake());
  await window.show();
  if (linked !== null) follow(linked);
}

async function openApp({ server, signIn, policiesDir }: Development): Promise<{ core: Core; window: AppWindow }> {
  const systemRoot = process.env['SystemRoot'] ?? 'C:\\Windows';
  const policies = await loadPolicies({ platform: process.platform, folder: policiesDir, systemRoot, run: runProgram }, log);
  const network = createNetwork({
    policies,
    resolve: (address) => session.defaultSession.resolveProxy(address),
    systemProxy: {},
    trust: (extra) => trust(extra, process.platform, log),
    apply: applyProxy,
    now: Date.now,
    log,
  });
  const { seal, secure } = await systemSeal(safeStorage, process.platform, log);
  const rendererDir = join(import.meta.dirname, '../renderer');
  const window = createAppWindow({
    screen,
    theme: nativeTheme,
    placeFile: join(dataDir, 'window.json'),
    preload: join(import.meta.dirname, '../preload/index.cjs'),
    icon: join(import.meta.dirname, '../../resources/icons/256x256.png'),
    developing: !app.isPackaged,
    log,
    onShown: () => console.log('app window'), // the launcher waits for this line
  });
  const notifications = createNotifications(
    (options) => new Notification(options),
    ({ conversation, thread, seq }) => {
      show(window);
      if (conversation !== '') core.goTo({ conversation, thread, seq });
    },
    log,
  );
  const secrets = createSecretsFile(join(dataDir, 'secrets.json'), seal, log);
  const deviceName = hostname();
  const parts = {
    app,
    shell,
    platform: process.platform,
    dataDir,
    deviceName,
    secrets,
    secure,
    notifications,
    prepare: network.prepare,
    log,
  };
  const core = await createCore(electronPlatform(parts), { server, policies: network.policies });
  protocol.handle(APP_SCHEME, createAppProtocol({ core, rendererDir, log }));
  servePages(ipcMain, () => new MessageChannelMain(), core, log);
  if (signIn) await unattended(core, signIn, log);
  watchForUpdates({ app, policies, makeNotification: (options) => new Notification(options), log });
  return { core, window };
}

function show(window: AppWindow): void {
  window.show().catch((error: unknown) => log.error('shell.window-failed', { reason: String(error) }));
}

async function unattended(core: Core, { email, password }: { email: string; password: string }, log: Log): Promise<void> {
  await core.signIn(email, password).catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error;
    log.warn('shell.sign-in-failed', { code: error.code }); // the form is there
  });
}

/** The database is closed before the process ends, once. */
function closeBeforeQuit(core: Core): void {
  let state: 'open' | 'closing' | 'closed' = 'open';
  app.on('will-quit', (event) => {
    if (state === 'closed') return;
    event.preventDefault();
    if (state === 'closing') return;
    state = 'closing';
    core
      .close()
      .catch((error: unknown) => log.error('shell.close-failed', { reason: String(error) }))
      .finally(() => {
        state = 'closed';
        app.quit();
      });
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => app.quit());
}
