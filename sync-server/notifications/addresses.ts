import { BlockList, isIP } from 'node:net';

/** Where a webhook may lead. Addresses are of IPv4 or IPv6, in text. */
export type AddressRules = {
  /** Of the internet, or allowed by configuration. */
  mayReach(address: string): boolean;
  /** Allowed by configuration: there, a call needs no encryption. */
  isTrusted(address: string): boolean;
  readonly trustsAny: boolean;
};

/** What is no one's on the internet, by IANA's registries; a server must never be led there by an address that somebody gave it. */
const NOT_PUBLIC_4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
];
/** Of IPv6 only this is given out; less what leads to IPv4 addresses, and documentation. */
const PUBLIC_6 = ['2000::/3'];
const NOT_PUBLIC_6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

/** `trusted`: ranges such as `10.0.0.0/8`, or single addresses. */
export function addressRules(trusted: readonly string[]): AddressRules {
  const own = listOf(trusted);
  const special = listOf([...NOT_PUBLIC_4, ...NOT_PUBLIC_6]);
  const public6 = listOf(PUBLIC_6);
  const isTrusted = (address: string): boolean => holds(own, address);
  return {
    trustsAny: trusted.length > 0,
    isTrusted,
    mayReach: (address) => isTrusted(address) || (!holds(special, address) && (isIP(address) === 4 || holds(public6, address))),
  };
}

function holds(list: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address, bits] = range.split('/') as [string, string | undefined];
    const isFour = isIP(address) === 4;
    list.addSubnet(address, bits === undefined ? (isFour ? 32 : 128) : Number(bits), isFour ? 'ipv4' : 'ipv6');
  }
  return list;
}
