import { describe, expect, it } from 'vitest';

import { LIMITS } from '#shared/limits.ts';

import { FRAME_BYTES, readChatFrame } from './read-frame.ts';

const message = (length: number): string => JSON.stringify({ type: 'send_message', message: 'x'.repeat(length) });
const read = (text: string) => readChatFrame(Buffer.from(text), false);
const codeOf = (text: string) => {
  const frame = read(text);
  return frame.kind === 'error' ? frame.code : frame.kind;
};

describe('a frame of a JSON client', () => {
  it('[SERVER-9] is refused where it would make its schema throw', () => {
    expect(codeOf('{"type":"send_message","message":{"length":{"toString":1}}}')).toBe('bad-request');
  });

  it.each([
    [{ type: 'send_message', message: 'Hi' }],
    [{ type: 'send_message', message: '', attachment_url: '/api/v1/files/x' }],
    [{ type: 'send_message', message: 'Hi', attachment_url: null, client_message_id: 7 }],
    [{ type: 'typing_start' }],
    [{ type: 'typing_stop' }],
    [{ type: 'mark_read', message_ids: [1, 2, 3] }],
    [{ type: 'mark_read', message_ids: [] }],
  ])('[SERVER-3] %j is read as it stands', (request) => {
    expect(read(JSON.stringify(request))).toEqual({ kind: 'request', request });
  });

  it('[SERVER-3] further fields are left out', () => {
    expect(read('{"type":"typing_start","room":7,"__proto__":{"x":1}}')).toEqual({
      kind: 'request',
      request: { type: 'typing_start' },
    });
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{"type":'],
    ['a number', '7'],
    ['a text', '"typing_start"'],
    ['null', 'null'],
    ['an array', '[{"type":"typing_start"}]'],
    ['an object without a type', '{}'],
    ['an unknown type', '{"type":"delete_everything"}'],
    ['a type that is no text', '{"type":{"$ne":1}}'],
    ['a type of the prototype', '{"type":"constructor"}'],
    ['a message without its text', '{"type":"send_message"}'],
    ['a message whose text is a number', '{"type":"send_message","message":5}'],
    ['a message whose attachment is an object', '{"type":"send_message","message":"x","attachment_url":{}}'],
    ['a receipt without ids', '{"type":"mark_read"}'],
    ['a receipt with a number for a list', '{"type":"mark_read","message_ids":5}'],
    ['a receipt with texts', '{"type":"mark_read","message_ids":["5"]}'],
    ['a receipt with a fraction', '{"type":"mark_read","message_ids":[1.5]}'],
    ['a receipt with zero', '{"type":"mark_read","message_ids":[0]}'],
    ['a receipt beyond what a number holds', '{"type":"mark_read","message_ids":[1e300]}'],
  ])('[SERVER-3] %s is a bad request', (_, text) => {
    expect(codeOf(text)).toBe('bad-request');
  });

  it('[SERVER-3] binary is a bad request, also when it holds JSON', () => {
    expect(readChatFrame(Buffer.from('{"type":"typing_start"}'), true)).toMatchObject({ kind: 'error', code: 'bad-request' });
  });

  it('[SERVER-3] what is too long is told apart', () => {
    expect(codeOf(message(LIMITS.textLength))).toBe('request');
    expect(codeOf(message(LIMITS.textLength + 1))).toBe('too-large');
    expect(codeOf(message(FRAME_BYTES))).toBe('too-large');
    expect(codeOf(JSON.stringify({ type: 'mark_read', message_ids: Array.from({ length: 501 }, () => 1) }))).toBe('bad-request');
    // The longest text, as the most cautious of encoders writes it.
    expect(codeOf(`{"type":"send_message","message":"${'\\u00e4'.repeat(LIMITS.textLength)}"}`)).toBe('request');
  });
});
