import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { JOB_STATUSES, LOCK_REASONS } from '#shared/documents.ts';

import { problemsOf, readDemo, type DemoConversation, type DemoMessage } from './demo-format.ts';

const DEMO_DIR = join(import.meta.dirname, '../../resources/demo');
const PHOTOS = new Set(['leak.jpg']);

const messagesOf = ({ items }: DemoConversation): DemoMessage[] => items.flatMap((item) => ('event' in item ? [] : [item]));

describe('the content of the demo', () => {
  it('[DEMO-1] holds together: every person, mention, reply, photo, time and state', async () => {
    await expect(readDemo(DEMO_DIR)).resolves.toMatchObject({ agency: 'Harbor Home Services' });
  });

  it('[DEMO-2] shows what the app can do: states, locks, languages, photos, long and short threads', async () => {
    const { people, conversations } = await readDemo(DEMO_DIR);
    expect(people[0]).toMatchObject({ name: 'Ana Reyes', role: 'owner' });
    expect(conversations.length).toBeGreaterThanOrEqual(42);
    expect(new Set(conversations.map(({ job }) => job.status))).toEqual(new Set(JOB_STATUSES));
    expect(new Set(conversations.flatMap(({ locks }) => locks))).toEqual(new Set(LOCK_REASONS));
    expect(new Set(conversations.flatMap(({ languages }) => languages)).size).toBeGreaterThanOrEqual(8);

    const messages = conversations.flatMap(messagesOf);
    expect(new Set(messages.flatMap(({ photos }) => photos)).size).toBeGreaterThanOrEqual(10);
    expect(messages.filter(({ mentions }) => mentions.includes('ana')).length).toBeGreaterThanOrEqual(3);
    expect(messages.some(({ text }) => text.length >= 2_900)).toBe(true);
    expect(messages.some(({ text }) => /https:\/\/\S{180}/.test(text))).toBe(true);
    for (const part of ['edited', 'removed', 'replyTo'] as const)
      expect(messages.some((one) => one[part] !== undefined)).toBe(true);
    expect(messages.some(({ reactions }) => reactions.length > 0)).toBe(true);

    const lengths = conversations.map((one) => messagesOf(one).length);
    expect(Math.max(...lengths)).toBeGreaterThanOrEqual(340);
    expect(lengths).toContain(0);
    expect(conversations.some(({ unread }) => (unread['ana'] ?? 0) > 0)).toBe(true);
  });

  it('[DEMO-3] a mistake in it is named', () => {
    const people = [
      { id: 'ana', name: 'Ana Reyes', role: 'owner' as const, email: 'ana.reyes@demo.example' },
      { id: 'rosa', name: 'Rosa', role: 'client' as const, email: 'rosa@demo.example' },
    ];
    const said = { ago: 60_000, by: 'rosa', text: 'Hello', mentions: [], photos: [], reactions: [] };
    const base: DemoConversation = {
      id: 'one',
      job: { title: 'One', status: 'open', location: null, startsInDays: null },
      languages: ['en'],
      people: ['rosa'],
      locks: [],
      unread: {},
      items: [said],
      team: [],
    };
    const problems = (change: Partial<DemoConversation>): string[] =>
      problemsOf({ people, conversations: [{ ...base, ...change }] }, PHOTOS);
    expect(problems({})).toEqual([]);
    expect(problems({ items: [{ ...said, mentions: ['ana'] }] })).toEqual(['one: mentions ana without a name in the text']);
    expect(problems({ items: [{ ...said, replyTo: 'x' }] })).toEqual(["one: replies to x, which isn't before it"]);
    expect(problems({ items: [{ ...said, photos: ['none.jpg'] }] })).toEqual(['one: there is no photo none.jpg']);
    expect(problems({ items: [{ ...said, by: 'joel' }] })).toEqual(["one: joel isn't here"]);
    expect(problems({ items: [said, said] })).toEqual(['one: out of order or not in the past: 1 minutes ago']);
    expect(problems({ team: [said] })).toEqual(["one: rosa isn't here"]);
    expect(problems({ job: { ...base.job, status: 'completed' } })).toEqual([
      'one: the job ends as open and is said to be completed',
    ]);
    expect(problems({ unread: { rosa: 1 } })).toEqual(['one: rosa has not read an own message']);
    expect(problems({ locks: ['closed'] })).toEqual(['one: locks and events do not fit']);
  });
});
