import { describe, expect, it } from 'vitest';

import { conversationOf, ME } from '../testing/fake-data.ts';
import { cannedQuery, fillIn, matchReplies, openVariable, valuesFor } from './canned.ts';

describe('canned replies', () => {
  const values = valuesFor(conversationOf(0), ME);

  it('[THREAD-11] put the client, the job and oneself in, and leave what they do not know', () => {
    expect(fillIn('Hello {Client first name}, “{job}” – { me }. {day}?', values)).toBe(
      'Hello Maria, “Kitchen sink leaks under the counter” – Ana Reyes. {day}?',
    );
    expect(fillIn('{toString} {__proto__}', values)).toBe('{toString} {__proto__}');
    expect(openVariable('on {day} at {time}')).toEqual([3, 8]);
    const alone = { ...conversationOf(0), participants: [] };
    expect(fillIn('Hello {client}', valuesFor(alone, ME))).toBe('Hello {client}');
  });

  it('[THREAD-11] are looked for by a / at the beginning and nothing else', () => {
    expect(cannedQuery('/on', 3)).toBe('on');
    expect(cannedQuery('/', 1)).toBe('');
    for (const [text, caret] of [
      ['1/2', 3],
      ['/on the way', 3],
      ['// code', 7],
      ['/on\nthe', 7],
      ['/on', 0],
    ] as const)
      expect(cannedQuery(text, caret)).toBeNull();
  });

  it('[THREAD-11] are found by name first, then by what they say', () => {
    const replies = [
      { id: '1', name: 'Late', text: 'photos are late' },
      { id: '2', name: 'Photos please', text: 'Send some' },
    ];
    expect(matchReplies(replies, 'PHOTO').map((reply) => reply.id)).toEqual(['2', '1']);
    expect(matchReplies(replies, 'x')).toEqual([]);
  });
});
