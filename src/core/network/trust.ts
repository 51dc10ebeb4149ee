import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import tls from 'node:tls';

import type { Log } from '../platform.ts';

/** Where Linux distributions keep what they trust, should the runtime not find it by itself. */
const LINUX_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** The certificates of a PEM file. Throws in words that go behind its name. */
export function readCertificates(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`names a file that can’t be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`, { cause: error });
  }
  const found = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  if (found.length === 0) throw new Error('names a file without certificates (PEM)');
  for (const certificate of found) {
    try {
      if (new X509Certificate(certificate).ca) continue;
    } catch (error) {
      throw new Error('names a file with a certificate that can’t be read', { cause: error });
    }
    throw new Error('names a file with a certificate that is no CA’s');
  }
  return found;
}

/**
 * From now on every TLS connection of this process trusts what the runtime brings, what the system's store holds, and `extra`: HTTP and WebSocket
 * alike, since all of them go by the runtime's defaults.
 */
export function trust(extra: readonly string[], platform: NodeJS.Platform, log: Log): void {
  if (!('setDefaultCACertificates' in tls)) return log.warn('network.trust-not-supported'); // before Node 24.5
  try {
    const system = systemCertificates(platform);
    tls.setDefaultCACertificates([...new Set([...tls.getCACertificates('default'), ...system, ...extra])]);
    log.info('network.trust', { system: system.length, extra: extra.length });
  } catch (error) {
    // A store that makes no sense must not keep the app from starting: it trusts then what the runtime brings.
    log.error('network.trust-failed', { reason: error instanceof Error ? error.message : String(error) });
  }
}

function systemCertificates(platform: NodeJS.Platform): string[] {
  const found = tls.getCACertificates('system');
  if (found.length > 0 || platform !== 'linux') return found;
  for (const path of LINUX_BUNDLES) {
    try {
      return readCertificates(path);
    } catch {
      continue; // another distribution's place
    }
  }
  return [];
}
