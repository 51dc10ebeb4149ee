import type { Role } from '#shared/roles.ts';
import type { ConversationView, MessageView, PersonView, ThreadItem } from '#shared/views.ts';

import { firstMarks, firstTeam } from './fake-marks.ts';

/** Generated people, jobs and messages in several scripts; the same for the same numbers. */
const CLIENTS = [
  'Maria Cruz',
  'Ahmed Al-Farsi',
  'أحمد الفارسي',
  '田中 美咲',
  'Søren Ågård',
  'Priya Raman',
  'Wolfeschlegelsteinhausenbergerdorff-Montgomery III',
  'Lê Thị Hồng',
  'Олена Шевченко',
  '김민준',
];
const WORKERS = ['Ben Okafor', 'Jun Dela Cruz', 'Ivan Petrov', 'نور حداد', 'Chen Wei', 'Rosa Jiménez'];
const TITLES = [
  'Kitchen sink leaks under the counter',
  'Repaint two bedrooms',
  'إصلاح مكيف الهواء في غرفة المعيشة',
  '浴室の水漏れ修理',
  'Deep clean after tenants moved out',
  'Install ceiling fan',
  'Garden wall: rebuild 6 m after the storm, including foundation and drainage along the whole north side',
  'Заменить замок',
  'Gutter cleaning',
  'Assemble wardrobe',
];
const SAID = [
  'Good morning. Could somebody come on Thursday instead?',
  'Yes, Thursday at 9 works. I’ll bring the parts.',
  'The photo shows the valve. It is the old kind, see https://example.com/parts/valve-22 (page 3).',
  'شكراً جزيلاً، سأكون في المنزل بعد الساعة الثالثة.',
  '了解しました。明日の午前中に伺います。',
  'Thanks',
  'Invoice goes to accounts@example.com, please.',
  'We are still waiting for the tiles. The supplier says Monday, but they said that last week too, so I would plan for Wednesday and tell the tenants now.',
  'Ok 👍',
  'Спасибо, всё работает.',
];

export const ME: PersonView = { id: 'me', name: 'Ana Reyes', role: 'staff' };
/** Takes part, and does not read notes. */
export const EMPLOYEE: PersonView = { id: 'employee-1', name: 'Eve Lim', role: 'employee' };
export const COLLEAGUE: PersonView = { id: 'staff-2', name: 'Luis Santos', role: 'owner' };
const STATUSES = ['in-progress', 'open', 'scheduled', 'completed'] as const;

export function pick<T>(from: readonly T[], number: number): T {
  const value = from[number % from.length];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
}

function person(kind: Role, names: readonly string[], number: number): PersonView {
  return { id: `${kind}-${number % names.length}`, name: pick(names, number), role: kind };
}

export function clientOf(number: number): PersonView {
  return person('client', CLIENTS, number);
}
export function workerOf(number: number): PersonView {
  return person('worker', WORKERS, number * 7 + 1);
}
export function titleOf(number: number): string {
  return number < TITLES.length ? pick(TITLES, number) : `${pick(TITLES, number)} · ${1000 + number}`;
}
export function saidIn(number: number, seq: number): string {
  return pick(SAID, number * 3 + seq);
}
export function authorOf(number: number, seq: number): PersonView {
  return pick(
    [clientOf(number), clientOf(number), workerOf(number), ME, ME, COLLEAGUE, workerOf(number)],
    seq * 5 + Math.floor(seq / 3),
  );
}

export function conversationOf(number: number): ConversationView {
  const people = [clientOf(number), workerOf(number), ME, COLLEAGUE];
  return {
    id: `c${number}`,
    job: {
      id: `j${number}`,
      number: 1000 + number,
      title: titleOf(number),
      status: pick(STATUSES, number),
      location: number % 3 === 0 ? null : 'Unit 4, 12 Mabini Street, Quezon City',
      startsOn: number % 4 === 0 ? null : '2026-11-26',
    },
    agency: { id: 'a', name: 'Harbor Home Services' },
    participants: people.map(({ id, name, role }) => ({ account: id, name, role, left: false })),
    locks: [],
    reads: [],
    own: firstMarks(number, Date.now()),
    team: firstTeam(number, [ME, COLLEAGUE]),
    unread: { all: 0, team: number === 0 ? 2 : 0 },
  };
}

export function messageOf(number: number, seq: number, at: number, over: Partial<MessageView> = {}): MessageView {
  const author = authorOf(number, seq);
  return {
    kind: 'message',
    key: `c${number}/m${seq}`,
    seq,
    author,
    own: author.id === ME.id,
    text: saidIn(number, seq),
    mentions: [],
    attachments: [],
    replyTo: null,
    sentAt: at,
    acceptedAt: at,
    edited: false,
    removed: false,
    reactions: [],
    state: { kind: 'sent' },
    ...over,
  };
}

const fileId = (number: number): string => `01935a10-0000-7000-8000-00000000000${number}`;

const picture = (
  number: number,
  id: string,
  width: number,
  height: number,
  from: string,
  to: string,
): MessageView['attachments'][number] => ({
  id: fileId(number),
  name: `${id}.jpg`,
  type: 'image/jpeg',
  bytes: 348_000,
  width,
  height,
  url: `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"><linearGradient id="g" x2="1" y2="1"><stop stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient><rect width="100%" height="100%" fill="url(#g)"/></svg>`)}`,
});

/** The first conversation holds one of everything. */
export function showcase(now: number): ThreadItem[] {
  const day = 86_400_000;
  const minute = 60_000;
  const [client, worker] = [clientOf(0), workerOf(0)];
  const say = (seq: number, author: PersonView, at: number, over: Partial<MessageView> = {}): MessageView =>
    messageOf(0, seq, at, { author, own: author.id === ME.id, key: `c0/s${seq}`, ...over });
  return [
    { kind: 'event', key: 'e1', seq: 1, at: now - 2 * day, event: { type: 'conversation-created', by: ME.id }, people: [ME] },
    say(2, client, now - 2 * day + minute, {
      text: 'Good morning. The sink in the kitchen leaks again, and the cabinet floor is soft now.',
    }),
    say(3, client, now - 2 * day + 2 * minute, {
      text: 'Photos:',
      attachments: [
        picture(1, 'under-the-sink', 1600, 1200, '#8fb3a8', '#35565b'),
        picture(2, 'valve', 900, 1200, '#d7c9ae', '#8a6f4d'),
      ],
    }),
    {
      kind: 'event',
      key: 'e2',
      seq: 4,
      at: now - 2 * day + 3 * minute,
      event: { type: 'joined', account: worker.id, by: ME.id },
      people: [ME, worker],
    },
    say(5, ME, now - 2 * day + 8 * minute, {
      text: `@${worker.name} can you be there on Thursday at 9? Maria has the key.`,
      mentions: [worker],
    }),
    say(6, worker, now - day, {
      text: 'Yes, Thursday at 9 works. I’ll bring the parts: https://example.com/parts/valve-22?size=1%2F2 (the second one).',
      reactions: [
        { emoji: '👍', people: [client, ME], own: true },
        { emoji: '🙏', people: [client], own: false },
      ],
    }),
    say(7, worker, now - day + minute, {
      text: 'Estimate attached.',
      attachments: [
        {
          id: fileId(3),
          name: 'Estimate – kitchen sink, valve and cabinet floor (revised) 2026-11-20.pdf',
          type: 'application/pdf',
          bytes: 184_300,
          url: './file',
        },
      ],
    }),
    say(8, client, now - day + 30 * minute, { text: '', removed: true }),
    say(9, client, now - day + 31 * minute, { text: 'شكراً. هل يمكن أن يبدأ العمل قبل الساعة العاشرة؟', edited: true }),
    say(10, ME, now - 3 * 3_600_000, {
      text: 'Approved. Go ahead, and send me the invoice afterwards.',
      replyTo: { key: 'c0/s7', author: worker, excerpt: 'Estimate attached.' },
    }),
    say(11, ME, now - 3 * 3_600_000 + minute, { text: 'I’ll be at the office until six.' }),
    {
      kind: 'event',
      key: 'e3',
      seq: 12,
      at: now - 2 * 3_600_000,
      event: { type: 'job-status', from: 'scheduled', to: 'in-progress', by: worker.id },
      people: [worker],
    },
    say(13, worker, now - 50 * minute, { text: '明日の午前中に部品が届きます。終わったら写真を送ります。' }),
    say(14, client, now - 14 * minute, {
      text: `@${ME.name} one more thing: Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft`,
      mentions: [ME],
    }),
    say(15, client, now - 13 * minute, { text: 'The tenants ask whether the water has to be off all day.' }),
    say(16, worker, now - 9 * minute, { text: 'Only for an hour.' }),
  ];
}

/** What the agency's staff wrote of the first job for themselves. */
export function showcaseNotes(now: number): ThreadItem[] {
  const note = (seq: number, author: PersonView, text: string, over: Partial<MessageView> = {}): MessageView =>
    messageOf(0, seq, now - (6 - seq) * 3_600_000, { author, own: author.id === ME.id, key: `c0/n${seq}`, text, ...over });
  return [
    note(1, ME, 'Maria paid late twice. Ask for a deposit before the cabinet is ordered.'),
    note(2, COLLEAGUE, `@${ME.name} agreed, 40 %. The key is with the neighbour in unit 6.`, { mentions: [ME] }),
    note(3, COLLEAGUE, 'Jun is booked on Friday, so Thursday has to hold.'),
  ];
}
