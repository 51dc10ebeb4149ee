import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { MenuItemConstructorOptions } from 'electron';
import { afterAll, describe, expect, it, vi } from 'vitest';

import type { Log } from '#core/platform.ts';

import { type ContextAsked, contextTemplate } from './context-menu.ts';
import { menuTemplate } from './menu.ts';
import { saveFileBy } from './save-file.ts';
import { applySpelling } from './spelling.ts';
import { createStartup, desktopEntry, HIDDEN } from './startup.ts';
import { createTray, overlayName, trayMenu, type TrayParts } from './tray.ts';
import { shellWords } from './words.ts';
import { createZoom, nextZoom } from './zoom.ts';

const words = shellWords('en');
const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const folder = mkdtempSync(join(tmpdir(), 'desktop-'));
afterAll(() => rmSync(folder, { recursive: true }));

const labels = (items: MenuItemConstructorOptions[]): unknown[] =>
  items.map(({ label, type }) => (type === 'separator' ? '-' : label));
const press = (items: MenuItemConstructorOptions[], label: string): void =>
  (items.find((item) => item.label === label)!.click as () => void)();
const flat = (items: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])]);

describe('the menus', () => {
  const calls: unknown[] = [];
  const menu = (platform: NodeJS.Platform, developing = false) =>
    menuTemplate({
      platform,
      developing,
      words,
      command: (command) => void calls.push(command),
      zoom: (step) => void calls.push(step),
    });

  it('[DESK-1] are whole on each system, and every entry has a word of the table', () => {
    const known = new Set(Object.values(words));
    for (const platform of ['darwin', 'win32', 'linux'] as const) {
      const all = flat(menu(platform)).filter(({ type }) => type !== 'separator');
      expect(all.filter(({ label }) => label === undefined || !known.has(label))).toEqual([]);
      const roles = all.flatMap(({ role }) => role ?? []);
      expect(roles).toEqual(
        expect.arrayContaining(['undo', 'cut', 'copy', 'paste', 'selectAll', 'minimize', 'close', 'quit', 'about']),
      );
      expect(new Set(roles).size).toBe(roles.length);
    }
    expect(flat(menu('darwin')).map(({ role }) => role)).toEqual(expect.arrayContaining(['services', 'hideOthers', 'front']));
    expect(JSON.stringify(menu('linux'))).not.toContain('toggleDevTools');
    expect(JSON.stringify(menu('linux', true))).toContain('toggleDevTools');
  });

  it('[DESK-1] do what the page does, by the page', () => {
    const all = flat(menu('win32'));
    for (const label of [words.settings, words.search, words.exportConversation, words.queue, words.shortcuts, words.policies])
      press(all, label);
    for (const label of [words.zoomIn, words.zoomOut, words.actualSize]) press(all, label);
    expect(calls).toEqual(['settings', 'search', 'export', 'queue', 'shortcuts', 'policies', 'in', 'out', 'reset']);
  });
});

describe('the menu where one points', () => {
  const calls: unknown[] = [];
  const deeds = Object.fromEntries(
    ['replaceWord', 'addWord', 'openLink', 'copyText', 'copyImage'].map((name) => [
      name,
      (...args: unknown[]) => calls.push([name, ...args]),
    ]),
  ) as never;
  const none: ContextAsked = {
    x: 4,
    y: 5,
    isEditable: false,
    selectionText: '',
    misspelledWord: '',
    dictionarySuggestions: [],
    linkURL: '',
    mediaType: 'none',
    editFlags: { canCut: false, canCopy: false, canPaste: true, canSelectAll: true } as ContextAsked['editFlags'],
  };
  const at = (over: Partial<ContextAsked>) => contextTemplate({ ...none, ...over }, words, deeds);

  it('[DESK-1] offers the right spelling, and to remember a word', () => {
    const items = at({ isEditable: true, misspelledWord: 'pluming', dictionarySuggestions: ['plumbing', 'pluming-'] });
    expect(labels(items)).toEqual([
      'plumbing',
      'pluming-',
      'Add to Dictionary',
      '-',
      'Cut',
      'Copy',
      'Paste',
      'Paste as Plain Text',
      '-',
      'Select All',
    ]);
    press(items, 'plumbing');
    press(items, 'Add to Dictionary');
    expect(calls.splice(0)).toEqual([
      ['replaceWord', 'plumbing'],
      ['addWord', 'pluming'],
    ]);
    expect(labels(at({ isEditable: true, misspelledWord: 'xqz' })).slice(0, 2)).toEqual(['No Suggestions', 'Add to Dictionary']);
  });

  it('[DESK-1] copies what is selected, links and pictures, and is empty where there is nothing', () => {
    expect(at({})).toEqual([]);
    expect(labels(at({ selectionText: 'words' }))).toEqual(['Copy']);
    const items = at({ linkURL: 'https://a.example/', mediaType: 'image' });
    expect(labels(items)).toEqual(['Open Link', 'Copy Link', '-', 'Copy Image']);
    for (const label of ['Open Link', 'Copy Link', 'Copy Image']) press(items, label);
    expect(calls.splice(0)).toEqual([
      ['openLink', 'https://a.example/'],
      ['copyText', 'https://a.example/'],
      ['copyImage', 4, 5],
    ]);
    for (const linkURL of ['javascript:alert(1)', 'file:///etc/passwd', 'app://trialogue/index.html'])
      expect(at({ linkURL })).toEqual([]);
  });
});

describe('the small icon', () => {
  const calls: unknown[] = [];
  const parts = (platform: NodeJS.Platform): TrayParts => ({
    platform,
    words,
    icon: (name) => name,
    make: (icon) => {
      calls.push(icon);
      const note = (name: string) => (value: unknown) => void calls.push([name, value]);
      return {
        setImage: note('image'),
        setToolTip: note('tip'),
        setContextMenu: () => undefined,
        on: (event) => calls.push(event),
      };
    },
    buildMenu: (template) => template as never,
    now: () => new Date(2026, 0, 15, 12).getTime(),
    open: () => void calls.push('open'),
    pause: (until) => void calls.push({ pause: until && new Date(until).getHours() }),
    quit: () => void calls.push('quit'),
  });

  it('[NOTIFY-3] says how much is unread, and bears a dot while anything is', () => {
    const draw = createTray(parts('win32'));
    draw({ unread: 3, pausedUntil: null });
    expect(calls.splice(0)).toEqual(['tray.png', 'click', ['image', 'trayUnread.png'], ['tip', 'Trialogue – 3 unread messages']]);
    createTray(parts('darwin'))({ unread: 0, pausedUntil: null });
    expect(calls.splice(0)).toEqual(['trayTemplate.png', ['image', 'trayTemplate.png'], ['tip', 'Trialogue – Nothing unread']]);
  });

  it('[NOTIFY-3] opens, pauses and ends', () => {
    const items = trayMenu(parts('linux'), { unread: 1, pausedUntil: null });
    expect(labels(items)).toEqual([words.open, words.oneUnread, '-', words.pauseHour, words.pauseTomorrow, '-', words.quit]);
    for (const label of [words.open, words.pauseHour, words.pauseTomorrow, words.quit]) press(items, label);
    const paused = trayMenu(parts('linux'), { unread: 1, pausedUntil: parts('linux').now() + 1 });
    press(paused, words.resume);
    expect(calls.splice(0)).toEqual(['open', { pause: 13 }, { pause: 8 }, 'quit', { pause: null }]);
  });

  it('[NOTIFY-3] has a picture for every number, and each of them is there', () => {
    const there = new Set(readdirSync(join(import.meta.dirname, '../../resources/tray')));
    expect([0, 1, 9, 10, 5_000].map(overlayName)).toEqual([
      null,
      'badge-1.png',
      'badge-9.png',
      'badge-more.png',
      'badge-more.png',
    ]);
    const names = [
      ...Array.from({ length: 10 }, (_, n) => overlayName(n + 1)!),
      'tray.png',
      'trayUnread.png',
      'trayTemplate.png',
      'trayUnreadTemplate.png',
    ];
    expect(names.flatMap((name) => [name, name.replace('.png', '@2x.png')]).filter((name) => !there.has(name))).toEqual([]);
  });
});

describe('what is kept on this machine', () => {
  it('[DESK-1] zoom goes by a browser’s steps, and is there the next time', async () => {
    expect([nextZoom(1, 'in'), nextZoom(1, 'out'), nextZoom(3, 'in'), nextZoom(0.5, 'out'), nextZoom(2, 'reset')]).toEqual([
      1.1, 0.9, 3, 0.5, 1,
    ]);
    const file = join(folder, 'zoom.json');
    let factor = 1;
    const contents = { getZoomFactor: () => factor, setZoomFactor: (next: number) => void (factor = next) };
    createZoom(file, silent).step(contents, 'in');
    await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toContain('1.1'));
    factor = 1;
    createZoom(file, silent).restore(contents);
    expect(factor).toBe(1.1);
    writeFileSync(file, '{"factor":99}');
    createZoom(file, silent).restore(contents);
    expect(factor).toBe(1);
  });

  it('[DESK-1] the app starts with the person’s session, hidden, where they want it', async () => {
    const app = {
      getLoginItemSettings: () => ({ openAtLogin: true }) as never,
      setLoginItemSettings: vi.fn<(settings: object) => void>(),
    };
    const linux = createStartup({ app, platform: 'linux', configHome: folder, program: '/opt/Tri "$x"/trialogue' });
    expect(await linux.read()).toBe(false);
    await linux.set(true);
    expect(await linux.read()).toBe(true);
    expect(readFileSync(join(folder, 'autostart/trialogue.desktop'), 'utf8')).toContain(
      `Exec="/opt/Tri \\\\"\\\\$x\\\\"/trialogue" ${HIDDEN}\n`,
    );
    await linux.set(false);
    expect(await linux.read()).toBe(false);
    expect(desktopEntry('/100%/app')).toContain('Exec="/100%%/app"');
    const windows = createStartup({ app, platform: 'win32', configHome: '', program: '' });
    await windows.set(true);
    expect(app.setLoginItemSettings).toHaveBeenCalledWith({ args: [HIDDEN], openAtLogin: true });
    expect(await windows.read()).toBe(true);
    const nowhere = createStartup({ app, platform: 'linux', configHome: '/dev/null', program: 'x' });
    await expect(nowhere.set(true)).rejects.toThrow('Nothing was changed');
  });

  it('[DESK-1] no dictionary is fetched before spelling is to be checked, and then that of the system’s language', () => {
    const calls: unknown[] = [];
    const session = {
      availableSpellCheckerLanguages: ['en-GB', 'en-US', 'de', 'pt-BR'],
      setSpellCheckerEnabled: (on: boolean) => void calls.push(on),
      setSpellCheckerLanguages: (languages: string[]) => void calls.push(languages),
    };
    const languages = ['de-AT', 'en-GB', 'fil-PH', 'pt-PT'];
    applySpelling(session, { on: false, platform: 'linux', languages });
    applySpelling(session, { on: true, platform: 'linux', languages });
    applySpelling(session, { on: true, platform: 'darwin', languages });
    expect(calls).toEqual([false, ['de', 'en-GB', 'pt-BR'], true, true]);
  });

  it('[THREAD-11] a file goes where the person says, whole or not at all, and else it is said why not', async () => {
    const made = join(folder, 'made');
    writeFileSync(made, 'whole');
    const asked: unknown[] = [];
    const answer = (filePath: string) => ({
      showSaveDialog: async (options: unknown) => (asked.push(options), { canceled: filePath === '', filePath }),
    });
    const file = { path: made, name: 'Sink.pdf', type: 'application/pdf' };
    expect(await saveFileBy(answer('') as never, () => '/home/ana/Downloads')(file)).toEqual({ kind: 'cancelled' });
    expect(asked[0]).toMatchObject({
      defaultPath: '/home/ana/Downloads/Sink.pdf',
      filters: [{ name: 'PDF', extensions: ['pdf'] }],
    });
    const target = join(folder, 'Kept.pdf');
    expect(await saveFileBy(answer(target) as never, () => folder)(file)).toEqual({ kind: 'saved' });
    expect(readFileSync(target, 'utf8')).toBe('whole');
    await expect(saveFileBy(answer('/dev/null/x.pdf') as never, () => folder)(file)).rejects.toThrow('Choose another place');
    // A folder has that name: what was written beside it goes again.
    await expect(saveFileBy(answer(join(folder, 'autostart')) as never, () => folder)(file)).rejects.toThrow(
      'Choose another place',
    );
    expect(readdirSync(folder).some((name) => name.endsWith('.unfinished'))).toBe(false);
  });
});
