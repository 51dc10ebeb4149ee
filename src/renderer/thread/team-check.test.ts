import { describe, expect, it } from 'vitest';

import { clientOf, COLLEAGUE, workerOf } from '../testing/fake-data.ts';
import { looksMeantForTeam } from './team-check.ts';

describe('what looks meant for the team', () => {
  it('[THREAD-9] speaks to colleagues alone, from its first word', () => {
    expect(looksMeantForTeam(`@${COLLEAGUE.name} can we ask for more?`, [COLLEAGUE])).toBe(true);
    expect(looksMeantForTeam(`Hello, @${COLLEAGUE.name} will come`, [COLLEAGUE])).toBe(false);
    expect(looksMeantForTeam(`@${COLLEAGUE.name} and @Ben please meet`, [COLLEAGUE, workerOf(0)])).toBe(false);
    expect(looksMeantForTeam('@Maria thank you', [clientOf(0)])).toBe(false);
  });

  it.each([
    'internal: margin is 30 %',
    '[Internal] ask for a deposit',
    'This is an internal note, please keep it',
    'Don’t tell the client yet',
    'The customer should not know about the discount',
    'Just between us: she pays late',
  ])('[THREAD-9] says so: %s', (text) => expect(looksMeantForTeam(text, [])).toBe(true));

  it.each([
    'The internal wiring has to be replaced',
    'Please tell the client that we come at nine',
    'Notes: bring the ladder',
    'I don’t think the client is at home',
  ])('[THREAD-9] is left alone: %s', (text) => expect(looksMeantForTeam(text, [])).toBe(false));
});
