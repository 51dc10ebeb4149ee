import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'playwright/test';

import { startElectron, withoutElectron } from './harness/electron.ts';
import { ANA, MARIA, smallAgency } from './harness/histories.ts';
import { Screen } from './harness/screen.ts';
import { World } from './harness/world.ts';

test.skip(withoutElectron !== null, withoutElectron ?? '');

test('[DESK-1] [THREAD-2] the app in Electron: inbox, a message to the client and back, every window locked down', async () => {
  const world = await World.begin(smallAgency());
  const folder = await mkdtemp(join(tmpdir(), 'trialogue-electron-'));
  const { app, page } = await startElectron(ANA, world.url, folder);
  try {
    const ana = new Screen(page);
    const maria = new Screen(await world.page(await world.app(MARIA)));
    await ana.open('Fix the leaking sink');
    await maria.open('Fix the leaking sink');
    await ana.write('from Electron');
    await expect(maria.message('from Electron')).toHaveCount(1);
    await maria.write('from the browser');
    await expect(ana.message('from the browser')).toHaveCount(1);
    expect(page.url()).toMatch(/^app:\/\//);
    const urls = await app.evaluate(({ webContents }) => webContents.getAllWebContents().map((contents) => contents.getURL()));
    for (const url of urls) expect(url).toMatch(/^app:\/\//);
    expect(await page.evaluate(() => ['require', 'process', 'module'].filter((name) => name in globalThis))).toEqual([]);
  } finally {
    await app.close();
    await world.end();
    await rm(folder, { recursive: true, force: true });
  }
});
