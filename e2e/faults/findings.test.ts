import { describe, expect, it } from 'vitest';

import { differences, findings, type Entry } from './findings.ts';

const said = (...texts: string[]): Entry[] => texts.map((text, index) => ({ key: `ana/${index}`, seq: 7 + index, text }));
const told = (sent: string[], unheard: string[] = []) => ({ sent: new Set(sent), unheard: new Set(unheard) });
const ALL = ['message 1', 'message 2', 'message 2-1', 'message 10'];

describe('[FAULT-1] what the faults are judged by', () => {
  it('has nothing to say of threads that hold what was said, once, in order', () => {
    expect(findings(told(ALL), [said(...ALL), said('from before')])).toEqual([]);
    expect(findings(told(ALL, ['message 11']), [said(...ALL)])).toEqual([]);
    expect(findings(told(ALL, ['message 11']), [said(...ALL, 'message 11')])).toEqual([]);
    expect(differences(said(...ALL), said(...ALL))).toEqual([]);
  });

  it.each<[string, Entry[][], string]>([
    ['lost', [said('message 1', 'message 2', 'message 2-1')], '“message 10” was answered for, and is gone'],
    ['doubled', [said(...ALL, 'message 10')], '“message 10” stands twice'],
    ['doubled in another thread', [said(...ALL), said('message 2-1')], '“message 2-1” stands twice'],
    [
      'out of order',
      [said('message 1', 'message 2-1', 'message 2', 'message 10')],
      '“message 2” stands behind “message 2-1” of the same author',
    ],
    [
      'out of order by its number, not its letters',
      [said('message 1', 'message 10', 'message 2', 'message 2-1')],
      '“message 2” stands behind “message 10” of the same author',
    ],
    ['of nobody', [said(...ALL, 'message 11')], '“message 11” stands, and was never answered for'],
    [
      'at a place that was left out',
      [said(...ALL).map((entry) => ({ ...entry, seq: entry.seq > 8 ? entry.seq + 1 : entry.seq }))],
      'place 10 where 9 is the next',
    ],
    [
      'at a place that is taken',
      [said(...ALL).map((entry) => ({ ...entry, seq: Math.min(entry.seq, 9) }))],
      'place 9 where 10 is the next',
    ],
    [
      'accepted twice under its key',
      [said(...ALL).map((entry, index) => ({ ...entry, key: index === 3 ? 'ana/2' : entry.key }))],
      'ana/2 stands twice',
    ],
  ])('tells a message that is %s', (_what, threads, finding) => {
    expect(findings(told(ALL), threads)).toEqual([finding]);
  });

  it.each<[string, (copy: Entry[]) => Entry[], string]>([
    ['lacks one', (copy) => copy.slice(0, 3), 'ana/3 “message 10” is missing'],
    ['has one twice', (copy) => [...copy, copy[3]!], 'ana/3 stands twice'],
    ['has one of nobody', (copy) => [...copy, { key: 'ana/9', seq: 11, text: 'hm' }], 'ana/9 “hm” should not be there'],
    ['says it otherwise', (copy) => copy.with(1, { ...copy[1]!, text: '' }), 'ana/1 is 8 “” rather than 8 “message 2”'],
    ['has it unsent', (copy) => copy.with(3, { ...copy[3]!, seq: -1 }), 'ana/3 is -1 “message 10” rather than 10 “message 10”'],
    ['is out of order', (copy) => copy.toReversed(), 'it is in another order'],
  ])('tells a screen that %s', (_what, change, finding) => {
    expect(differences(said(...ALL), change(said(...ALL)))).toEqual([finding]);
  });
});
