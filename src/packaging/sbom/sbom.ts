type LockEntry = { version?: string; integrity?: string; license?: string; dev?: boolean; optional?: boolean };
export type Lock = { name: string; version: string; packages: Record<string, LockEntry> };

export type Component = {
  type: 'library';
  'bom-ref': string;
  name: string;
  version: string;
  purl: string;
  scope: 'required' | 'optional';
  hashes?: { alg: 'SHA-512'; content: string }[];
  licenses?: { expression: string }[];
};
export type Sbom = {
  bomFormat: 'CycloneDX';
  specVersion: '1.6';
  version: 1;
  metadata: { timestamp: string; component: { type: 'application'; 'bom-ref': string; name: string; version: string } };
  components: Component[];
};

/**
 * What a release is made from, by the lockfile: every package once, with the hash that `npm ci` checks. Development dependencies are among them: the app's
 * own are bundled, so npm counts them there. npm's own `sbom` stops at peer ranges that npm itself resolved otherwise.
 */
export function sbomOf(lock: Lock, at: Date): Sbom {
  const components = new Map<string, Component>();
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (!path.includes('node_modules/') || entry.version === undefined) continue;
    const name = path.split('node_modules/').pop()!;
    const purl = `pkg:npm/${name.replace(/^@/, '%40')}@${entry.version}`;
    components.set(purl, componentOf(name, purl, entry.version, entry));
  }
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      timestamp: at.toISOString(),
      component: { type: 'application', 'bom-ref': `${lock.name}@${lock.version}`, name: lock.name, version: lock.version },
    },
    components: [...components.values()].toSorted((a, b) => a.purl.localeCompare(b.purl, 'en')),
  };
}

function componentOf(name: string, purl: string, version: string, { integrity, license, optional }: LockEntry): Component {
  const sha512 = /^sha512-(.+)$/.exec(integrity ?? '')?.[1];
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    scope: optional ? 'optional' : 'required',
    ...(sha512 && { hashes: [{ alg: 'SHA-512', content: Buffer.from(sha512, 'base64').toString('hex') }] }),
    ...(license && { licenses: [{ expression: license }] }),
  };
}
