/** What both hosts say about the page and the files that they serve, so that it is the same page in both. */

const DIRECTIVES = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  // Text never becomes code or markup, whoever writes a call that would: the page has no policy that could make it so.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
] as const;

/** For a `<meta>` in the page itself; `frame-ancestors` only counts in a header. */
export const PAGE_CONTENT_SECURITY_POLICY = DIRECTIVES.join('; ');

export const PAGE_HEADERS = {
  'content-security-policy': `${PAGE_CONTENT_SECURITY_POLICY}; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
} as const;

/** A file from a message never runs anything, whatever it says that it is. */
const FILE_CONTENT_SECURITY_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'";

/** Only what a browser draws without running anything is shown in place; all else is offered for saving. */
const INLINE_TYPES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  webmanifest: 'application/manifest+json',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  woff: 'font/woff',
  txt: 'text/plain; charset=utf-8',
};

export function mediaType(path: string): string {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return (Object.hasOwn(MEDIA_TYPES, ending) ? MEDIA_TYPES[ending] : undefined) ?? 'application/octet-stream';
}

/**
 * The file of the built page that a URL's path asks for, relative to the page's folder, with `/` between its parts; `null` for what
 * cannot be one: anything that could lead out of the folder, hidden files, source maps.
 */
export function assetPath(pathname: string): string | null {
  if (pathname === '/') return 'index.html';
  if (!pathname.startsWith('/')) return null;
  const decoded = decode(pathname);
  if (decoded === null || !/^(\/[\w~@+-][\w.~@+-]*)+$/.test(decoded) || decoded.endsWith('.map')) return null;
  return decoded.slice(1);
}

/** The id in `/files/<id>`; `null` for any other path. */
export function fileId(pathname: string): string | null {
  return /^\/files\/([\w-]{1,100})$/.exec(pathname)?.[1] ?? null;
}

/** Names that hold a hash of their content never change what they stand for. */
export function cacheControl(path: string): string {
  return /^assets\/.+-[\w-]{8,}\.\w+$/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
}

export function fileHeaders(file: { type: string; name: string }): Record<string, string> {
  const inline = INLINE_TYPES.has(file.type);
  const plain = file.name.replaceAll(/[^\w .()-]/g, '_');
  const disposition = `${inline ? 'inline' : 'attachment'}; filename="${plain}"; filename*=UTF-8''${encode(file.name)}`;
  return {
    ...PAGE_HEADERS,
    'content-security-policy': FILE_CONTENT_SECURITY_POLICY,
    'content-type': inline ? file.type : 'application/octet-stream',
    'content-disposition': disposition,
    // They lie on this disk already. A copy in a browser's cache would outlive what is wiped, expired or taken away.
    'cache-control': 'no-store',
  };
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null; // a stray %: not a name of ours
  }
}

function encode(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
