import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The fonts of a transcript, the preferred ones first; each comes as files for ranges of characters. `weights`: what there is. */
export const FAMILIES = [
  { name: 'noto-sans', weights: [400, 700] },
  { name: 'noto-sans-arabic', weights: [400, 700] },
  { name: 'zcool-xiaowei', weights: [400] },
  { name: 'kosugi', weights: [400] },
  { name: 'noto-emoji', weights: [400] },
] as const;

/** One file of a font. */
export type FontFile = { name: string; path: string };
type Part = { regular: FontFile; bold: FontFile; ranges: (readonly [from: number, to: number])[] };

const require = createRequire(import.meta.url);

/** Which files may have a character, the preferred first. `holds` says whether a file really has it. */
export class FontBook {
  readonly #parts: Part[];
  readonly #holds: (file: FontFile, codePoint: number) => boolean;
  readonly #known = new Map<string, FontFile>();

  constructor(holds: (file: FontFile, codePoint: number) => boolean) {
    this.#holds = holds;
    this.#parts = FAMILIES.flatMap(({ name, weights }) => partsOf(name, weights));
  }

  /** `null`: none of the fonts has it. */
  find(codePoint: number, bold: boolean): FontFile | null {
    const id = `${codePoint}/${bold}`;
    const known = this.#known.get(id);
    if (known) return known;
    for (const { regular, bold: heavy, ranges } of this.#parts) {
      const file = bold ? heavy : regular;
      if (!ranges.some(([from, to]) => codePoint >= from && codePoint <= to) || !this.#holds(file, codePoint)) continue;
      this.#known.set(id, file);
      return file;
    }
    return null;
  }
}

function partsOf(family: string, weights: readonly number[]): Part[] {
  const ranges = JSON.parse(readFileSync(fontPath(family, 'unicode.json'), 'utf8')) as Record<string, string>;
  const file = (subset: string, weight: number): FontFile => {
    const name = `${family}-${subset}-${weight}-normal`;
    return { name, path: fontPath(family, `files/${name}.woff`) };
  };
  return Object.entries(ranges).map(([key, text]) => {
    // The slices of large fonts are called `[12]`.
    const subset = key.replaceAll(/[[\]]/g, '');
    return { regular: file(subset, 400), bold: file(subset, weights.at(-1)!), ranges: text.split(',').map(toRange) };
  });
}

/** Beside the program where it is bundled (`electron.vite.config.ts`), else where they were installed. */
function fontPath(family: string, file: string): string {
  const bundled = join(import.meta.dirname, 'fonts', family, file);
  return existsSync(bundled) ? bundled : require.resolve(`@fontsource/${family}/${file}`);
}

function toRange(text: string): [number, number] {
  const [from, to = from] = text.trim().replace(/^U\+/i, '').split('-');
  return [Number.parseInt(from!, 16), Number.parseInt(to!, 16)];
}
