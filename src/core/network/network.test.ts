import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';

import { afterAll, describe, expect, it } from 'vitest';

import { NO_POLICIES, POLICIES, type PoliciesView, type PolicyName } from '#shared/policies.ts';

import type { LogFields } from '../platform.ts';
import { silentLog } from '../testing/test-platform.ts';
import { createNetwork, type NetworkParts } from './network.ts';
import { firstWay, proxyVariables, through } from './proxy.ts';
import { readCertificates, trust } from './trust.ts';

const folder = mkdtempSync(join(tmpdir(), 'network-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const [anyCa] = tls.rootCertificates;

function enforced(values: Partial<Record<PolicyName, string>>): PoliciesView {
  return {
    entries: NO_POLICIES.entries.map(({ name }) => {
      const value = values[name];
      return { name, set: value === undefined ? null : { value, level: 'enforced', where: 'here' } };
    }),
    problems: [],
  };
}

function network(changes: Partial<NetworkParts>) {
  const seen = {
    trusted: [] as (readonly string[])[],
    applied: [] as Record<string, string>[],
    lines: [] as [string, LogFields | undefined][],
  };
  const note = (event: string, fields?: LogFields): void => void seen.lines.push([event, fields]);
  let time = 0;
  const made = createNetwork({
    policies: NO_POLICIES,
    resolve: null,
    systemProxy: {},
    trust: (extra) => void seen.trusted.push(extra),
    apply: (environment) => seen.applied.push(environment) > 0,
    now: () => time,
    log: { ...silentLog, info: note, warn: note },
    ...changes,
  });
  return { ...made, ...seen, pass: (ms: number) => void (time += ms) };
}

describe('proxies', () => {
  it('[IT-4] the first way of a PAC file that is spoken here is gone', () => {
    expect(firstWay('DIRECT')).toEqual({ proxy: null, unknown: false });
    expect(firstWay('PROXY proxy.example:8080; DIRECT')).toEqual({ proxy: 'http://proxy.example:8080', unknown: false });
    expect(firstWay(' SOCKS5 s:1080 ;HTTPS p.example:443')).toEqual({ proxy: 'https://p.example:443', unknown: true });
    expect(firstWay('SOCKS s:1080')).toEqual({ proxy: null, unknown: true });
    expect(firstWay('PROXY http://odd/;PROXY a b')).toEqual({ proxy: null, unknown: true });
    expect(firstWay('')).toEqual({ proxy: null, unknown: false });
  });

  it('[IT-4] a policy sets one for everything but this machine, or none', () => {
    expect(network({ policies: enforced({ Proxy: 'http://it:pw@proxy.example:3128' }) }).applied).toEqual([
      through('http://it:pw@proxy.example:3128'),
    ]);
    expect(network({ policies: enforced({ Proxy: 'direct' }), systemProxy: { https_proxy: 'x' } }).applied).toEqual([{}]);
    expect(through('http://p:1').no_proxy?.split(',')).toEqual(['localhost', '127.0.0.1', '[::1]']);
  });

  it('[IT-4] else the system’s is asked before each connection, no more than every 10 s, and set when it is another', async () => {
    let answer = 'PROXY office:8080';
    const asked: string[] = [];
    const made = network({ resolve: async (address) => (asked.push(address), answer) });
    expect(made.applied).toEqual([]);
    await made.prepare('https://a.example');
    await made.prepare('https://a.example');
    expect([asked.length, made.applied]).toEqual([1, [through('http://office:8080')]]);
    made.pass(10_000);
    await made.prepare('https://a.example');
    expect([asked.length, made.applied.length]).toEqual([2, 1]);
    answer = 'DIRECT';
    await made.prepare('https://b.example');
    expect(made.applied.at(-1)).toEqual({});
  });

  it('[IT-4] a system that gives no answer leaves the way as it was', async () => {
    const made = network({ resolve: () => Promise.reject(new Error('no PAC')) });
    await expect(made.prepare('https://a.example')).resolves.toBeUndefined();
    expect([made.applied, made.lines.at(-1)]).toEqual([[], ['network.proxy-not-resolved', { reason: 'no PAC' }]]);
  });

  it('[IT-4] a runtime that is too old for proxies is said, and nothing stops', () => {
    const made = network({ policies: enforced({ Proxy: 'http://p.example:1' }), apply: () => false });
    expect(made.lines).toEqual([['network.proxy-not-supported', undefined]]);
  });

  it('[IT-4] of the environment only what is about proxies is taken', () => {
    expect(proxyVariables({ HTTPS_PROXY: 'http://p:1', no_proxy: 'x', PATH: '/', http_proxy: '' })).toEqual({
      HTTPS_PROXY: 'http://p:1',
      no_proxy: 'x',
    });
  });

  it('[IT-4] a proxy’s password is on no page and in no log', () => {
    const made = network({ policies: enforced({ Proxy: 'http://it:secret@proxy.example:3128' }) });
    expect(JSON.stringify([made.policies, made.lines])).not.toContain('secret');
    expect(JSON.stringify(made.policies)).toContain('http://…@proxy.example:3128');
  });

  it('[IT-2] takes “system”, “direct” and addresses alone', () => {
    const { value } = POLICIES.Proxy;
    for (const fine of ['system', 'direct', 'http://proxy:8080', 'https://it:pw@proxy.example'])
      expect(value.safeParse(fine).success, fine).toBe(true);
    for (const wrong of ['none', 'proxy:8080', 'socks5://a:1', 'http://a/path', 'http://a?x', ''])
      expect(value.safeParse(wrong).success, wrong).toBe(false);
  });
});

/** The same certificate may be written in other lines. */
function fingerprints(certificates: readonly string[]): Set<string> {
  return new Set(certificates.map((one) => new X509Certificate(one).fingerprint256));
}

describe('certificates', () => {
  it('[IT-4] a store that makes no sense stops nothing, and the system’s is added to what is there', () => {
    const before = tls.getCACertificates('default');
    const lines: [string, LogFields | undefined][] = [];
    const note = (event: string, fields?: LogFields): void => void lines.push([event, fields]);
    const log = { ...silentLog, info: note, error: note };
    try {
      trust(['-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----'], process.platform, log);
      expect(lines).toEqual([['network.trust-failed', { reason: expect.any(String) }]]);
      trust([], process.platform, log);
      expect(lines[1]).toEqual(['network.trust', { system: expect.any(Number), extra: 0 }]);
      const now = fingerprints(tls.getCACertificates('default'));
      expect([...fingerprints([...before, ...tls.getCACertificates('system')])].filter((one) => !now.has(one))).toEqual([]);
    } finally {
      tls.setDefaultCACertificates(before);
    }
  });

  it('[IT-4] all of a PEM file are trusted', () => {
    const path = file('two.pem', `our own\n${tls.rootCertificates[0]}\n\n${tls.rootCertificates[1]}\n`);
    expect(network({ policies: enforced({ ExtraCertificates: path }) }).trusted).toEqual([
      [tls.rootCertificates[0], tls.rootCertificates[1]],
    ]);
  });

  it('[IT-4] what isn’t one is told on the policies’ page, and nothing of it is trusted', () => {
    const half = anyCa!.replace(/\n[A-Za-z0-9+/]{20}/, '\n!');
    for (const [path, why] of [
      [join(folder, 'missing.pem'), 'names a file that can’t be read (ENOENT)'],
      [file('empty.pem', 'nothing'), 'names a file without certificates (PEM)'],
      [file('half.pem', `${anyCa}\n${half}`), 'names a file with a certificate that can’t be read'],
    ] as const) {
      const made = network({ policies: enforced({ ExtraCertificates: path }) });
      expect(made.trusted).toEqual([[]]);
      expect(made.policies.problems).toEqual([{ where: 'here', name: 'ExtraCertificates', message: why }]);
    }
    expect(() => readCertificates(join(folder, 'missing.pem'))).toThrow('ENOENT');
  });
});
