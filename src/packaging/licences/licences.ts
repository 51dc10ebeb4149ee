/** Of what may be in a product whose own licence is MIT: nothing that would ask for its source, or forbid a use. */
const ALLOWED: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'CC-BY-4.0',
  'ISC',
  'MIT',
  'MIT-0',
  'MIT/X11',
  'MPL-2.0',
  'OFL-1.1',
  'Python-2.0',
  'Unlicense',
  'WTFPL',
  'Zlib',
]);

/** Looked at one by one: why they may be here although their licence isn't in the list above. */
const SEEN: readonly { name: RegExp; why: string }[] = [
  {
    name: /^@img\/sharp-/,
    why: 'libvips (LGPL) is a library of its own beside the server, replaceable, and never in the desktop app',
  },
  { name: /^png-js$/, why: 'MIT by its LICENSE file; its package.json does not say it' },
];

type LockEntry = { version?: string; license?: string; link?: boolean };

/** Packages of a lockfile whose licence isn't allowed, or isn't said: `name@version: licence`. */
export function refusedLicences(lock: { packages: Record<string, LockEntry> }): string[] {
  return Object.entries(lock.packages).flatMap(([path, { version, license }]) => {
    if (!path.includes('node_modules/')) return [];
    const name = path.split('node_modules/').pop()!;
    if (isAllowed(license) || SEEN.some((one) => one.name.test(name))) return [];
    return [`${name}@${version}: ${license ?? 'not said'}`];
  });
}

/** Of `A OR B` one must do, of `A AND B` both. */
function isAllowed(expression: string | undefined): boolean {
  if (expression === undefined) return false;
  const bare = expression.replaceAll(/[()]/g, ' ').trim();
  return bare.split(/\s+OR\s+/).some((choice) => choice.split(/\s+AND\s+/).every((licence) => ALLOWED.has(licence.trim())));
}
