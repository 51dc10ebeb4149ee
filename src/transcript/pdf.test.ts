import { buffer } from 'node:stream/consumers';

import { expect, test } from 'vitest';

import { transcriptJson } from './json.ts';
import { transcriptPdf } from './pdf.ts';
import type { Transcript, TranscriptItem, TranscriptMessage } from './transcript.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const AT = Date.UTC(2026, 2, 2, 8, 14);

function message(seq: number, text: string, more: Partial<TranscriptMessage> = {}): TranscriptMessage {
  return {
    kind: 'message',
    key: `rosa/${seq}`,
    number: seq,
    seq,
    account: seq % 2 === 0 ? 'rosa' : 'joel',
    text,
    mentions: [],
    attachments: [],
    replyTo: null,
    sentAt: AT + seq,
    acceptedAt: AT + seq * 60_000,
    editedAt: null,
    removedAt: null,
    reactions: [],
    ...more,
  };
}

function transcript(items: TranscriptItem[]): Transcript {
  return {
    conversation: { id: 'c', number: 7 },
    agency: { id: 'a', name: 'Acme', timeZone: 'Asia/Manila' },
    job: {
      id: 'j',
      number: 7,
      title: 'Leak – تسرب – 漏水',
      status: 'scheduled',
      location: 'Quezon City',
      startsOn: '2026-03-04',
    },
    thread: 'all',
    exportedAt: AT,
    people: [
      { account: 'rosa', name: 'Rosa Villanueva', role: 'client', left: false },
      { account: 'joel', name: 'Joel Santos', role: 'worker', left: true },
    ],
    items: (async function* () {
      yield* items;
    })(),
  };
}

const photo = { id: 'f', name: 'sink.png', type: 'image/png', bytes: 70, width: 1, height: 1 };
const ITEMS: TranscriptItem[] = [
  { kind: 'event', key: 'events/1', seq: 1, at: AT, event: { type: 'conversation-created', by: null } },
  message(2, 'May tumutulo sa ilalim ng lababo. Ñ, é, ₱500', { editedAt: AT, reactions: [{ emoji: '👍🏽', accounts: ['joel'] }] }),
  message(3, 'مرحبا، الماء يتسرب 3 مرات (كل يوم)', { replyTo: { key: 'rosa/2', account: 'rosa', text: 'May tumutulo' } }),
  message(4, '水槽下面漏水了。台所の下で水が漏れています。', { attachments: [photo] }),
  message(5, '', { removedAt: AT }),
  message(6, 'Привет, Γειά, नमस्ते 🎉👨‍👩‍👧 ❤️', {}),
];

/** Names of the fonts within; their parts are named before the `+`. */
const fontsIn = (pdf: Buffer): string[] => [
  ...new Set([...pdf.toString('latin1').matchAll(/\/FontName \/[A-Z]+\+([A-Za-z]+)/g)].map(([, name]) => name!)),
];
const pagesIn = (pdf: Buffer): number => [...pdf.toString('latin1').matchAll(/\/Type \/Page\b(?!s)/g)].length;

test('[SERVER-5] a PDF holds every script in a font of its own, and photos', async () => {
  const pdf = await buffer(transcriptPdf(transcript(ITEMS), { picture: () => Promise.resolve(PNG) }));
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  expect(pdf.subarray(-6).toString()).toContain('%%EOF');
  expect(fontsIn(pdf).join(' ')).toMatch(/^(?=.*NotoSansArabic)(?=.*NotoEmoji)(?=.*Kosugi)(?=.*ZCOOL)(?=.*NotoSans)/i);
  expect(pdf.toString('latin1')).toContain('/Subtype /Image');
  expect(pagesIn(pdf)).toBe(1);
});

test('[SERVER-5] a PDF goes on over pages, and holds a long conversation', async () => {
  const long = Array.from({ length: 300 }, (_, seq) => message(seq, `Line ${seq}\n`.repeat(3)));
  expect(pagesIn(await buffer(transcriptPdf(transcript(long))))).toBeGreaterThan(20);
});

test('[SERVER-5] a PDF that can not be finished breaks off instead of ending as if it were whole', async () => {
  const broken = transcript([]);
  // oxlint-disable-next-line require-yield -- it fails first
  broken.items = (async function* () {
    throw new Error('Postgres is away');
  })();
  await expect(buffer(transcriptPdf(broken))).rejects.toThrow('Postgres is away');
});

test('[SERVER-5] JSON is one line that an import reads, with all else beside it', async () => {
  let text = '';
  for await (const piece of transcriptJson(transcript(ITEMS))) text += piece;
  expect(text.endsWith('\n') && !text.slice(0, -1).includes('\n')).toBe(true);
  const read = JSON.parse(text) as Record<string, object[]>;
  expect(read).toMatchObject({ format: 'trialogue-conversation/1', id: 'c', title: 'Leak – تسرب – 漏水' });
  expect(read['participants']).toEqual([
    { id: 'rosa', role: 'client', name: 'Rosa Villanueva', accountRole: 'client', left: false },
    { id: 'joel', role: 'worker', name: 'Joel Santos', accountRole: 'worker', left: true },
  ]);
  expect(read['messages']).toHaveLength(4);
  expect(read['messages']![0]).toMatchObject({ sender: 'rosa', at: '2026-03-02T08:14:00.002Z', reactions: [{ emoji: '👍🏽' }] });
  expect(read['removed']).toEqual([expect.objectContaining({ sender: 'joel', seq: 5 })]);
  expect(read['events']).toEqual([expect.objectContaining({ type: 'conversation-created', seq: 1 })]);
});
