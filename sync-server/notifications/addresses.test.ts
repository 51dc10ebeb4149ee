import { describe, expect, it } from 'vitest';

import { addressRules } from './addresses.ts';

describe('where a webhook may lead', () => {
  const rules = addressRules([]);

  it.each(['93.184.216.34', '8.8.8.8', '2606:4700::1111', '172.32.0.1'])('[NOTIFY-4] to %s of the internet', (address) => {
    expect(rules.mayReach(address)).toBe(true);
    expect(rules.isTrusted(address)).toBe(false);
  });

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    'ff02::1',
    'localhost',
    '',
  ])('[NOTIFY-4] never to %j by itself', (address) => {
    expect(rules.mayReach(address)).toBe(false);
  });

  it('[NOTIFY-4] to a private range that is configured, and no further', () => {
    const own = addressRules(['127.0.0.0/8', '10.1.0.0/16', 'fd00::/8', '192.168.1.7']);
    for (const address of ['127.0.0.1', '10.1.200.3', 'fd00::1', '192.168.1.7']) {
      expect([address, own.mayReach(address), own.isTrusted(address)]).toEqual([address, true, true]);
    }
    for (const address of ['10.2.0.1', '192.168.1.8', '::1']) expect([address, own.mayReach(address)]).toEqual([address, false]);
  });
});
