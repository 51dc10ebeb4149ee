import { expect, test } from 'vitest';

import { copyCell } from '../../testing/platform.ts';
import { readCopyHeader, readCopyRow } from './copy-text.ts';
import { storageKey } from './media.ts';
import { columnsOf, readTime } from './tables.ts';

test.each([
  ['COPY public.message ("messageID", "conversationID_id", "messageText") FROM stdin;', 'public', 'message', 3],
  ['COPY conversation ("conversationID", client_id) FROM stdin;', null, 'conversation', 2],
  ['COPY "Odd ""schema""."."a table" ("a, b", c) FROM stdin;', 'Odd "schema".', 'a table', 2],
])('[IMPORT-2] %s begins a block', (line, schema, table, columns) => {
  const header = readCopyHeader(line);
  expect(header).toMatchObject({ schema, table });
  expect(header?.columns).toHaveLength(columns);
});

test.each([
  'COPY message FROM stdin WITH (FORMAT csv);',
  'copy of a line',
  'COPY public.message (a b) FROM stdin;',
  '-- COPY x (y) FROM stdin;',
])('[IMPORT-2] %s begins none', (line) => expect(readCopyHeader(line)).toBeNull());

test('[IMPORT-2] cells of COPY come out as they were, with tabs, line breaks, backslashes, NULL and the text \\N', () => {
  const cells = ['a\tb', 'line\r\nline', '\\', '\\N', null, '', '\b\f\v', 'ñ 👩‍🔧', 'C:\\new\\table'];
  expect(readCopyRow(cells.map(copyCell).join('\t'))).toEqual(cells);
  expect(readCopyRow('\\101\\x42\\q\t\\\\N')).toEqual(['ABq', '\\N']);
});

test.each([
  ['2026-03-01 16:00:00.123456+08', '2026-03-01T08:00:00.123Z'],
  ['2026-03-01 08:00:00+00', '2026-03-01T08:00:00.000Z'],
  ['2026-03-01 13:30:00.5+05:30', '2026-03-01T08:00:00.500Z'],
  ['2026-03-01 04:30:00-03:30', '2026-03-01T08:00:00.000Z'],
])('[IMPORT-2] the time %s is %s', (text, iso) => expect(new Date(readTime(text)!).toISOString()).toBe(iso));

test.each([
  'infinity',
  '2026-02-30 08:00:00+00',
  '2026-13-01 08:00:00+00',
  '2026-01-01 24:00:00+00',
  '2026-01-01 08:00:00+99',
  '2026-03-01',
  '0044-03-15 00:00:00+00 BC',
  '1969-12-31 23:59:59+00',
  '',
])('[IMPORT-2] "%s" is no time of a message', (text) => expect(readTime(text)).toBeNull());

const KEY = 'chat/conversation_5/images/message_20260301_080000_7.jpg';

test.each([
  [KEY, KEY],
  [`/media/iayos_files/${KEY}`, KEY],
  [`/media/${KEY}`, KEY],
  [`https://store.example/storage/v1/object/sign/iayos_files/${KEY}?token=a.b.c`, KEY],
  [`https://store.example/iayos_files/chat/conversation_5/images/a%20photo.png`, 'chat/conversation_5/images/a photo.png'],
  ['chat/100%.png', 'chat/100%.png'],
  ['/media/../../etc/passwd', null],
  ['/media/iayos_files/%2e%2e/%2e%2e/secret', null],
  ['', null],
])('[IMPORT-4] the address %s has the key %s', (url, key) => expect(storageKey(url)).toBe(key));

test('[IMPORT-2] what older platforms lack is not required', () => {
  expect(columnsOf('message').required).toEqual([
    'messageID',
    'conversationID_id',
    'messageText',
    'messageType',
    'isRead',
    'createdAt',
  ]);
  expect(columnsOf('conversation').required).not.toContain('agency_id');
});
