import { readFileSync } from 'node:fs';

/**
 * Fails where the lockfile names an optional package of some platform but does not hold it: `npm ci` would fail on that
 * platform, or on all. Run after every `npm install`.
 */
type Package = { version?: string; optionalDependencies?: Record<string, string> };
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Package> };
const held = new Set<string>();
for (const [path, entry] of Object.entries(lock.packages)) {
  if (!path.includes('node_modules/')) continue;
  const name = path.split('node_modules/').pop() ?? '';
  held.add(name).add(`${name}@${entry.version}`);
}
const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
  Object.entries(entry.optionalDependencies ?? {})
    .filter(([name, range]) => !held.has(/^\d/.test(range) ? `${name}@${range}` : name))
    .map(([name, range]) => `${name}@${range} (of ${path})`),
);
if (missing.length > 0) {
  console.error(`The lockfile misses:\n${missing.join('\n')}`);
  process.exitCode = 1;
}
