import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { launchElectron } from './harness/electron.ts';
import { ANA } from './harness/histories.ts';
import { Screen } from './harness/screen.ts';
import { expect, test } from './harness/test.ts';

test('[SHELL-4] in Electron every page is our own, without Node, and can neither leave nor open another', async ({ world }) => {
  const folder = await mkdtemp(join(tmpdir(), 'trialogue-electron-'));
  const app = await launchElectron({ folder, server: world.url, email: world.emailOf(ANA) });
  try {
    const page = await app.page({});
    const ana = new Screen(page);
    await expect(ana.row('Fix the leaking sink')).toBeVisible();
    await page.evaluate(() => window.open('https://example.com/'));
    await page.evaluate(() => {
      location.href = 'https://example.com/';
    });
    await ana.open('Fix the leaking sink');
    const shown = await app.electron.evaluate(({ webContents }) =>
      webContents.getAllWebContents().map((contents) => contents.getURL()),
    );
    expect(shown).toEqual([expect.stringMatching(/^app:\/\/trialogue\//)]);
    expect(await page.evaluate(() => ['require', 'process', 'module'].filter((name) => name in globalThis))).toEqual([]);
  } finally {
    await app.kill('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }
});

test('[SHELL-1] in Electron every webContents that there is has the properties that its window was asked for', async ({
  world,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'trialogue-electron-'));
  const app = await launchElectron({ folder, server: world.url, email: world.emailOf(ANA) });
  try {
    const ana = new Screen(await app.page({}));
    await ana.open('Fix the leaking sink');
    const walked = await app.electron.evaluate(({ webContents }) =>
      webContents.getAllWebContents().map((contents) => {
        // What Chromium was really given, which Electron tells without declaring it.
        const telling = contents as unknown as { getLastWebPreferences(): Record<string, unknown> | null };
        return {
          type: contents.getType(),
          frames: contents.mainFrame.framesInSubtree.map((frame) => frame.origin),
          preferences: telling.getLastWebPreferences(),
        };
      }),
    );
    expect(walked.length).toBeGreaterThan(0);
    for (const { type, frames, preferences } of walked) {
      expect(type).toBe('window');
      expect(frames).toEqual(['app://trialogue']);
      expect(preferences).toMatchObject({
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        experimentalFeatures: false,
        webviewTag: false,
      });
      expect(preferences?.['enableBlinkFeatures'] ?? '').toBe('');
    }
  } finally {
    await app.kill('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }
});
