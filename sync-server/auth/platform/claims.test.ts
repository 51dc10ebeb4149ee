import { describe, expect, test } from 'vitest';

import type { Role } from '#shared/roles.ts';

import { readClaims, roleOf, type PersonClaims } from './claim-map.ts';
import { follow } from './standing.ts';

const map = { account: 'user_id', email: 'email', verified: 'email_verified', role: 'realm.roles', banned: 'banned' };

const says = (more: Partial<PersonClaims>) => ({ roles: [], agency: null, ...more }) as unknown as PersonClaims;

describe('claims', () => {
  test('[SERVER-7] are read by their name, else by a path', () => {
    const payload = { user_id: 7, email: ' a@b.example ', email_verified: true, realm: { roles: ['x', 'y', 3, null] } };
    expect(readClaims(payload, map)).toEqual({
      subject: '7',
      email: 'a@b.example',
      emailVerified: true,
      name: null,
      roles: ['x', 'y', '3'],
      agency: null,
      banned: false,
      type: null,
    });
    expect(readClaims({ user_id: '7', 'realm.roles': 'z', realm: { roles: 'y' } }, map)).toMatchObject({ roles: ['z'] });
  });

  test.each([{}, { user_id: '' }, { user_id: null }, { user_id: 1.5 }, { user_id: { id: 1 } }, { user_id: 'x'.repeat(256) }])(
    '[SERVER-7] that name nobody are nobody: %j',
    (payload) => expect(readClaims(payload, map)).toBeNull(),
  );

  test('[SERVER-7] of what every object has are none', () => {
    for (const name of ['__proto__', 'constructor', 'constructor.name', 'toString']) {
      expect(readClaims({ other: 1 }, { account: name })).toBeNull();
    }
  });

  test.each([
    [undefined, false],
    [false, false],
    ['false', false],
    [0, false],
    [true, true],
    ['true', true],
    [1, true],
    ['2030-01-01', true],
  ])('[SERVER-7] banned %j is %j', (banned, is) => {
    expect(readClaims({ user_id: 1, banned }, map)?.banned).toBe(is);
  });

  test.each([['yes'], ['true'], [1], [undefined]])('[SERVER-7] an address is not verified by %j', (email_verified) => {
    expect(readClaims({ user_id: 1, email_verified }, map)?.emailVerified).toBe(false);
  });
});

test('[SERVER-7] of several roles the first of the map counts, and `*` for all others', () => {
  const roles = new Map<string, Role>([
    ['AGENCY', 'owner'],
    ['CLIENT', 'client'],
  ]);
  expect(roleOf(['CLIENT', 'AGENCY'], roles)).toBe('owner');
  expect([roleOf(['KING'], roles), roleOf([], roles)]).toEqual([null, null]);
  roles.set('*', 'worker');
  expect([roleOf(['KING'], roles), roleOf(['CLIENT'], roles)]).toEqual(['worker', 'client']);
});

describe('an account follows its platform', () => {
  const roles = new Map<string, Role>(['owner', 'staff', 'client', 'worker'].map((role) => [role, role as Role]));
  const agency = { id: 'a', name: 'Acme' };

  test.each([
    ['staff', {}, { kind: 'same' }],
    ['staff', { roles: ['staff'], agency: 'Acme' }, { kind: 'same' }],
    ['staff', { roles: ['owner'], agency: 'a' }, { kind: 'role', role: 'owner' }],
    ['staff', { roles: ['client'] }, { kind: 'refused', because: 'role' }],
    ['staff', { roles: ['king'] }, { kind: 'refused', because: 'role' }],
    ['staff', { agency: 'Other' }, { kind: 'refused', because: 'agency' }],
    ['client', { roles: ['worker'] }, { kind: 'role', role: 'worker' }],
    ['client', { roles: ['staff'], agency: 'Acme' }, { kind: 'refused', because: 'role' }],
    ['client', { agency: 'Acme' }, { kind: 'same' }],
  ] as [Role, Partial<PersonClaims>, object][])('[SERVER-7] %s of whom it says %j: %j', (role, claims, followed) => {
    const known = { role, agency: role === 'staff' ? agency : null };
    expect(follow(known, says(claims), roles)).toEqual(followed);
  });
});
