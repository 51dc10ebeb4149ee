import { describe, expect, it } from 'vitest';

import { assetPath, cacheControl, fileHeaders, fileId, mediaType, PAGE_HEADERS } from './assets.ts';

describe('what the hosts serve', () => {
  it.each([
    ['/', 'index.html'],
    ['/index.html', 'index.html'],
    ['/assets/index-D3x_9aBc.js', 'assets/index-D3x_9aBc.js'],
    ['/assets/inter-latin.woff2', 'assets/inter-latin.woff2'],
  ])('[HOST-14] serves %s', (pathname, path) => expect(assetPath(pathname)).toBe(path));

  it.each([
    '',
    'index.html',
    '//etc/passwd',
    '/../package.json',
    '/assets/../../package.json',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/assets/%2e%2e%2f%2e%2e%2fsecrets.json',
    '/..\\secrets.json',
    '/%5c..%5csecrets.json',
    '/C:/windows/win.ini',
    '/.env',
    '/assets/.hidden',
    '/a%00.html',
    '/%',
    '/%c0%ae%c0%ae/x',
    '/assets/',
    '/assets//x.js',
    '/assets/index.js.map',
  ])('[HOST-14] does not serve %j', (pathname) => expect(assetPath(pathname)).toBeNull());

  it('[HOST-14] never leads out of the folder, whatever the path (seed 4)', () => {
    const parts = [
      '..',
      '.',
      '/',
      '\\',
      '%2e',
      '%2f',
      '%5c',
      '%00',
      'a',
      'assets',
      '~',
      ':',
      '%25',
      '%252e',
      '.js',
      ' ',
      '\u{202e}',
    ];
    let seed = 4;
    const next = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
    const allowed: string[] = [];
    for (let round = 0; round < 20_000; round++) {
      const pathname = `/${Array.from({ length: next(8) }, () => parts[next(parts.length)]).join('')}`;
      const path = assetPath(pathname);
      if (path !== null) allowed.push(path);
    }
    expect(allowed.length).toBeGreaterThan(10);
    expect(allowed.filter((path) => path.startsWith('/') || path.split('/').some((part) => /^\.|[\\:%]/.test(part)))).toEqual([]);
  });

  it('[HOST-14] reads ids of files strictly', () => {
    expect(fileId('/files/0190a-b')).toBe('0190a-b');
    expect(
      ['/files/', '/files/a/b', '/files/..', '/files/a%2fb', '/filesx/a', `/files/${'a'.repeat(101)}`]
        .map(fileId)
        .filter((id) => id !== null),
    ).toEqual([]);
  });

  it('[HOST-2] keeps only what has a hash in its name', () => {
    expect(cacheControl('assets/index-D3x_9aBc.js')).toContain('immutable');
    expect(cacheControl('index.html')).toBe('no-cache');
    expect(mediaType('x/constructor')).toBe('application/octet-stream');
    expect(mediaType('a.JS')).toContain('javascript');
  });

  it('[HOST-3] shows four kinds of image in place and offers everything else for saving', () => {
    for (const type of ['image/png', 'image/jpeg', 'image/gif', 'image/webp']) {
      const headers = fileHeaders({ type, name: 'a.png' });
      expect(headers['content-disposition']).toMatch(/^inline;/);
      expect(headers['content-type']).toBe(type);
    }
    for (const type of ['image/svg+xml', 'text/html', 'application/pdf', 'image/png; x', '']) {
      const headers = fileHeaders({ type, name: 'a.html' });
      expect(headers['content-disposition']).toMatch(/^attachment;/);
      expect(headers['content-type']).toBe('application/octet-stream');
      expect(headers['content-security-policy']).toContain('sandbox');
    }
  });

  it('[SYNC-6] leaves no file of a message in a browser’s cache, where a wipe would not reach it', () => {
    for (const type of ['image/png', 'application/pdf']) {
      expect(fileHeaders({ type, name: 'a' })['cache-control']).toBe('no-store');
    }
  });

  it('[HOST-3] lets no file name break out of its header', () => {
    const header = fileHeaders({ type: 'text/plain', name: 'a"\r\nset-cookie: x=1;é\u{d800}\'.txt' })['content-disposition'];
    expect(header).not.toMatch(/[\r\n]/);
    expect(header?.match(/"/g)).toHaveLength(2);
    expect(header).toContain("filename*=UTF-8''a%22%0D%0Aset-cookie%3A%20x%3D1%3B%C3%A9%EF%BF%BD%27.txt");
  });

  it('[HOST-2] allows the page no code from elsewhere', () => {
    const policy = PAGE_HEADERS['content-security-policy'];
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-|\*|https?:/);
    expect(policy).toContain("require-trusted-types-for 'script'; trusted-types 'none'");
  });
});
