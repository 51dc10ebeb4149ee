import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The package that a module is of, by its whole path, nested ones included; bundlers put a zero or a query around some. */
const PACKAGE = /^\0?(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/@][^\\/?]*)[\\/]/;
const TEXTS = /^(licen[cs]e|copying|notice)([.-]|$)/i;
const LINE = '='.repeat(80);

type Package = { name?: string; version?: string; license?: string; author?: string | { name?: string } };

/**
 * What the licences of bundled packages ask for: each package of `modules` (whole paths) with its version and the text that it came with,
 * sorted by name. A package without a text of its own is named with its licence and its author.
 */
export function noticesOf(modules: Iterable<string>): string {
  const folders = new Set<string>();
  for (const id of modules) {
    const folder = packageFolder(id);
    if (folder !== null) folders.add(folder);
  }
  const notices = [...folders].map(noticeOf).toSorted((a, b) => a.title.localeCompare(b.title, 'en'));
  return notices.map(({ title, text }) => `${LINE}\n${title}\n${LINE}\n\n${text}\n`).join('\n');
}

function packageFolder(id: string): string | null {
  const folder = PACKAGE.exec(id)?.[1];
  return folder !== undefined && existsSync(join(folder, 'package.json')) ? folder : null;
}

function noticeOf(folder: string): { title: string; text: string } {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package;
  const files = readdirSync(folder).filter((file) => TEXTS.test(file));
  const texts = files.toSorted().map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
  const by = typeof author === 'string' ? author : author?.name;
  return {
    title: `${name}@${version} (${license ?? 'see below'})`,
    text: texts.length > 0 ? texts.join('\n\n') : `${license ?? 'No licence is said.'}${by === undefined ? '' : `, ${by}`}`,
  };
}
