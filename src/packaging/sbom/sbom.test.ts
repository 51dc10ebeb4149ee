import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { type Lock, sbomOf } from './sbom.ts';

const lock = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package-lock.json'), 'utf8')) as Lock;
const sbom = sbomOf(lock, new Date(0));

describe('the list of what a release is made from', () => {
  it('[IT-5] names every package of the lockfile once, with its version and hash', () => {
    const wanted = new Set(
      Object.entries(lock.packages).flatMap(([path, { version }]) =>
        path.includes('node_modules/') && version ? [`${path.split('node_modules/').pop()}@${version}`] : [],
      ),
    );
    const listed = sbom.components.map(({ name, version }) => `${name}@${version}`);
    expect(listed.toSorted()).toEqual([...wanted].toSorted());
    expect(new Set(sbom.components.map((one) => one['bom-ref'])).size).toBe(listed.length);
    const hashes = sbom.components.flatMap(({ hashes }) => hashes ?? []);
    expect(hashes.filter(({ content }) => !/^[0-9a-f]{128}$/.test(content))).toEqual([]);
    expect(hashes.length).toBeGreaterThan(listed.length * 0.99);
  });

  it('[IT-5] says it in the form of CycloneDX 1.6', () => {
    expect(sbom).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      version: 1,
      metadata: { timestamp: '1970-01-01T00:00:00.000Z' },
    });
    const one = sbom.components.find(({ name }) => name === '@base-ui/react');
    expect(one).toMatchObject({ type: 'library', scope: 'required', licenses: [{ expression: 'MIT' }] });
    expect(one!.purl).toMatch(/^pkg:npm\/%40base-ui\/react@\d+\.\d+\.\d+$/);
  });
});
