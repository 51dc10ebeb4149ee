/** Reading what `pg_dump` writes as plain SQL: `COPY <table> (<columns>) FROM stdin;`, rows of text with escapes, and `\.`. */
export type CopyHeader = { schema: string | null; table: string; columns: string[] };

const NAME = /"(?:[^"]|"")+"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;

/** Reads the line that begins a block; `null` for any other line. */
export function readCopyHeader(line: string): CopyHeader | null {
  const match = /^COPY (.+) \((.*)\) FROM stdin;$/.exec(line);
  if (!match) return null;
  const path = names(match[1]!, '.');
  const columns = match[2] === '' ? [] : names(match[2]!, ', ');
  if (!path || !columns || path.length > 2) return null;
  return { schema: path.length === 2 ? path[0]! : null, table: path.at(-1)!, columns };
}

/** Names with a separator between them, in quotes where they need them. */
function names(text: string, separator: string): string[] | null {
  const found: string[] = [];
  let position = 0;
  for (;;) {
    NAME.lastIndex = position;
    const match = NAME.exec(text);
    if (!match) return null;
    found.push(match[0].startsWith('"') ? match[0].slice(1, -1).replaceAll('""', '"') : match[0]);
    position = NAME.lastIndex;
    if (position === text.length) return found;
    if (!text.startsWith(separator, position)) return null;
    position += separator.length;
  }
}

/** The cells of a row: tabs between them, `\N` for NULL. */
export function readCopyRow(line: string): (string | null)[] {
  return line.split('\t').map((cell) => (cell === '\\N' ? null : cell.includes('\\') ? unescaped(cell) : cell));
}

const LETTERS: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** A tab or a line break within a cell is always escaped. Numbers name bytes, which `pg_dump` uses for ASCII alone. */
function unescaped(cell: string): string {
  return cell.replace(
    /\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|([\s\S]))/g,
    (_whole, octal?: string, hex?: string, letter?: string) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      return LETTERS[letter!] ?? letter!;
    },
  );
}
