import { enforcedPolicy, type PoliciesView } from '#shared/policies.ts';

import type { Log } from '../platform.ts';
import { firstWay, through, type ProxyEnvironment } from './proxy.ts';
import { readCertificates } from './trust.ts';

export type NetworkParts = {
  policies: PoliciesView;
  /** What the system says for an address, in the words of a PAC file; `null` where `systemProxy` is all that there is. */
  resolve: ((address: string) => Promise<string>) | null;
  systemProxy: ProxyEnvironment;
  trust: (extra: readonly string[]) => void;
  /** Returns false where the runtime can’t. */
  apply: (environment: ProxyEnvironment) => boolean;
  now: () => number;
  log: Log;
};

export type Network = {
  /** With what is wrong about those of the network, and without a proxy's password: as anybody may see them. */
  policies: PoliciesView;
  /** Called before a server is connected to: the way there may be another than a moment ago. Never rejects. */
  prepare: (server: string) => Promise<void>;
};

/** So long an answer of the system holds; asking costs little, but every call would. */
const HOLDS_MS = 10_000;

/** Lets every connection of this process go as the organisation and the system say. Once a process. */
export function createNetwork(parts: NetworkParts): Network {
  const { policies, resolve, apply, log } = parts;
  const problems = [...policies.problems];
  const path = enforcedPolicy(policies, 'ExtraCertificates');
  let extra: string[] = [];
  try {
    if (path !== undefined) extra = readCertificates(path);
  } catch (error) {
    const where = policies.entries.find(({ name }) => name === 'ExtraCertificates')?.set?.where ?? '';
    const message = error instanceof Error ? error.message : String(error);
    problems.push({ where, name: 'ExtraCertificates', message });
    log.warn('policy-refused', { where, name: 'ExtraCertificates', reason: message });
  }
  parts.trust(extra);

  const choice = enforcedPolicy(policies, 'Proxy') ?? 'system';
  let applied: string | null = null;
  let asked: { server: string; at: number } | null = null;
  const use = (environment: ProxyEnvironment): void => {
    const text = JSON.stringify(environment);
    if (text === applied) return;
    applied = text;
    if (!apply(environment)) return log.warn('network.proxy-not-supported');
    log.info('network.proxy', { by: choice === 'system' || choice === 'direct' ? choice : 'policy', proxy: text !== '{}' });
  };
  if (choice === 'direct') use({});
  else if (choice !== 'system') use(through(choice));
  else if (!resolve) use(parts.systemProxy);

  return {
    policies: { entries: policies.entries.map(masked), problems },
    async prepare(server) {
      if (choice !== 'system' || !resolve) return;
      if (asked?.server === server && parts.now() - asked.at < HOLDS_MS) return;
      asked = { server, at: parts.now() };
      try {
        const { proxy, unknown } = firstWay(await resolve(server));
        if (unknown) log.warn('network.proxy-kind-unknown');
        use(proxy === null ? {} : through(proxy));
      } catch (error) {
        // As before: the connection itself shows whether that is a way.
        log.warn('network.proxy-not-resolved', { reason: error instanceof Error ? error.message : String(error) });
      }
    },
  };
}

type Entry = PoliciesView['entries'][number];

function masked(entry: Entry): Entry {
  if (entry.name !== 'Proxy' || !entry.set) return entry;
  return { ...entry, set: { ...entry.set, value: String(entry.set.value).replace(/\/\/[^/@]*@/, '//…@') } };
}
