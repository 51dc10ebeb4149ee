import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { getConfig, validateConfiguration } from 'app-builder-lib/out/util/config/config.js';
import { DebugLogger } from 'builder-util';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

// Reading the builder's own code takes seconds on a machine that does other things too.
describe('packaging', { timeout: 60_000 }, () => {
  it('[DESK-9] has a configuration that the builder accepts', async () => {
    const config = await getConfig(ROOT, 'electron-builder.yml', null);
    await expect(validateConfiguration(config, new DebugLogger(false))).resolves.toBeUndefined();
    expect(config).toMatchObject({ appId: 'app.trialogue.desktop', productName: 'Trialogue', npmRebuild: false });
  });

  it('[DESK-9] closes what Electron leaves open', async () => {
    const { electronFuses } = await getConfig(ROOT, 'electron-builder.yml', null);
    expect(electronFuses).toMatchObject({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      onlyLoadAppFromAsar: true,
    });
  });

  it('[IT-1] Windows knows each version for one of the same app, and there is one installer for each processor', async () => {
    const { nsis, msi } = await getConfig(ROOT, 'electron-builder.yml', null);
    expect(nsis).toMatchObject({
      guid: '5a0e1f5e-6a1c-4c5d-9d0e-6a4f3d5b7c21',
      perMachine: false,
      deleteAppDataOnUninstall: false,
      buildUniversalInstaller: false,
    });
    expect(msi).toMatchObject({ upgradeCode: '0b0f6f0a-3c1d-4f5e-8a3b-2f6f8c9f7e10', perMachine: true });
  });

  it('[DESK-9] has an icon in every size', () => {
    for (const size of [16, 24, 32, 48, 64, 128, 256, 512]) {
      const path = join(ROOT, `resources/icons/${size}x${size}.png`);
      expect(existsSync(path)).toBe(true);
      const header = readFileSync(path).subarray(16, 24);
      expect([header.readUInt32BE(0), header.readUInt32BE(4)]).toEqual([size, size]);
    }
  });

  it('[DESK-9] rejects a configuration with a mistake', async () => {
    const config = await getConfig(ROOT, 'electron-builder.yml', null);
    await expect(validateConfiguration({ ...config, nonsense: true } as typeof config, new DebugLogger(false))).rejects.toThrow(
      'nonsense',
    );
  });
});
