import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import {
  app,
  dialog,
  ipcMain,
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
import { chooseLanguage } from '#shared/languages.ts';
import { PAGE_V8_FLAGS } from '#shared/page-flags.ts';

import { APP_SCHEME_PRIVILEGES, createAppProtocol } from './app-protocol.ts';
import { type AppWindow, createAppWindow } from './app-window.ts';
import { deepLinkIn, isOpenLink, LINK_SCHEME, readDeepLink } from './deep-link.ts';
import { createDesktop, type Desktop } from './desktop.ts';
import { guardSession } from './guards.ts';
import { servePages } from './page-bridge.ts';
import { electronPlatform } from './platform.ts';
import { saveFileBy } from './save-file.ts';
import { APP_SCHEME } from './sender.ts';
import { createShellLog } from './shell-log.ts';
import { type Development, readDevelopment } from './sign-in.ts';
import { createStartup, HIDDEN } from './startup.ts';
import { systemSeal } from './system-seal.ts';
import { watchForUpdates } from './updates/watch.ts';
import { shellWords } from './words.ts';

const development = readDevelopment(app.isPackaged, process.env);
if (development.dataDir) app.setPath('userData', development.dataDir);
delete process.env['TRIALOGUE_PASSWORD']; // nothing that is started from here has a use for it
const dataDir = app.getPath('userData');
const log = createShellLog(electronLog, join(dataDir, 'app.log'), Date.now);

app.enableSandbox();
app.commandLine.appendSwitch('js-flags', PAGE_V8_FLAGS);
// An AppImage's starter adds it where Chromium's sandbox can't start; nothing else in the app tells.
if (process.argv.includes('--no-sandbox')) log.warn('shell.no-sandbox');
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
  const isToHide = process.argv.includes(HIDDEN);
  // A link can come before anything is ready to follow it.
  let linked = deepLinkIn(process.argv);
  let follow = (conversation: string): void => void (linked = conversation);
  // What comes before the window is there opens it anyway.
  let open: (() => void) | null = null;
  app.on('open-url', (event, url) => {
    event.preventDefault();
    const conversation = readDeepLink(url);
    if (conversation !== null) follow(conversation);
    else if (isOpenLink(url)) open?.();
  });
  // On macOS a notification of an earlier run starts the app, and says so here alone.
  let clicked: string | null = null;
  app.on('ready', (_event, info) => {
    if (info && typeof info['identifier'] === 'string') clicked = info['identifier'];
  });
  await app.whenReady();
  if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME);
  guardSession(session.defaultSession);

  const { core, window, desktop } = await openApp(development);
  follow = (conversation) => {
    core.goTo({ conversation, thread: 'all', seq: null });
    show(window);
  };
  app.on('second-instance', (_event, argv) => {
    const conversation = deepLinkIn(argv);
    if (conversation === null) show(window);
    else follow(conversation);
  });
  open = () => show(window);
  app.on('activate', () => show(window));
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin' && !core.settings().closeToTray) app.quit();
  });
  closeBeforeQuit(core);
  powerMonitor.on('resume', () => core.wake());
  powerMonitor.on('unlock-screen', () => core.wake());
  // Started by the system with the person's session: it tells of what is new, and waits to be looked at.
  const isHidden = isToHide || (process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin);
  if (!isHidden) await window.show();
  desktop.ready();
  if (linked !== null) follow(linked);
  if (clicked !== null) {
    show(window);
    await core.actOn(clicked, { kind: 'open' });
  }
}

async function openApp({
  server,
  signIn,
  policiesDir,
}: Development): Promise<{ core: Core; window: AppWindow; desktop: Desktop }> {
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
  const resources = join(import.meta.dirname, '../../resources');
  const desktop = createDesktop({
    platform: process.platform,
    dataDir,
    icons: join(resources, 'tray'),
    words: shellWords(chooseLanguage('system', app.getPreferredSystemLanguages())),
    developing: !app.isPackaged,
    log,
    window: () => window,
    core: () => core,
    openLink: (url) =>
      void platform.openLink(url).catch((error: unknown) => log.warn('shell.link-failed', { reason: String(error) })),
  });
  const window = createAppWindow({
    screen,
    theme: nativeTheme,
    placeFile: join(dataDir, 'window.json'),
    preload: join(import.meta.dirname, '../preload/index.cjs'),
    icon: join(resources, 'icons/256x256.png'),
    developing: !app.isPackaged,
    log,
    onOpened: desktop.windowOpened,
    onShown: () => console.log('app window'), // the launcher waits for this line
  });
  const platform = electronPlatform({
    app,
    shell,
    platform: process.platform,
    dataDir,
    deviceName: hostname(),
    secrets: createSecretsFile(join(dataDir, 'secrets.json'), seal, log),
    secure,
    notifications: desktop.notifications,
    prepare: network.prepare,
    onUnread: desktop.unreadIs,
    languages: () => app.getPreferredSystemLanguages(),
    settingsAre: desktop.settingsAre,
    startup: app.isPackaged ? createStartup(startupParts()) : null,
    saveFile: saveFileBy(dialog, () => app.getPath('downloads')),
    exportWorker: pathToFileURL(join(import.meta.dirname, 'export-worker.js')),
    log,
  });
  const core = await createCore(platform, { server, policies: network.policies });
  protocol.handle(APP_SCHEME, createAppProtocol({ core, rendererDir, log }));
  servePages(ipcMain, () => new MessageChannelMain(), core, log);
  if (signIn) await unattended(core, signIn, log);
  watchForUpdates({ app, policies, words: desktop.words, makeNotification: (options) => new Notification(options), log });
  return { core, window, desktop };
}

function startupParts(): Parameters<typeof createStartup>[0] {
  const configHome = process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config');
  return { app, platform: process.platform, configHome, program: process.env['APPIMAGE'] ?? process.execPath };
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
