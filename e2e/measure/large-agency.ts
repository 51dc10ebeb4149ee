import { ANA, BEN, LUIS, MARIA } from '../harness/histories.ts';
import type { History, Person } from '../harness/world.ts';

const WORDS =
  'the sink pipe leak tomorrow morning Tuesday price invoice photo kitchen bathroom wall paint ceiling filter unit motor key gate dog parking please thank you yes no maybe later again water power breaker tile grout ladder bukas po salamat 明日 部屋 水漏れ غدا المطبخ الماء'.split(
    ' ',
  );

/** `jobs` conversations of four to eight messages, and one thread of `long` messages, all of a seeded generator. */
export function largeAgency(jobs: number, long: number, random: () => number): History[] {
  const sentence = (): string =>
    Array.from({ length: 4 + Math.floor(random() * 14) }, () => WORDS[Math.floor(random() * WORDS.length)]).join(' ');
  const start = Date.UTC(2025, 0, 1);
  const conversation = (index: number, messages: number): History => {
    const client: Person = { id: `client-${index % 700}`, role: 'client', name: `Client ${index % 700} ${WORDS[index % 12]}` };
    const people = [ANA, BEN, index === 0 ? MARIA : client, LUIS];
    return {
      id: `large-${index}`,
      title: index === 0 ? 'The long renovation' : `Job ${index}: ${sentence().slice(0, 40)}`,
      participants: people,
      messages: Array.from({ length: messages }, (_, message) => ({
        sender: people[Math.floor(random() * people.length)]!.id,
        text: `${sentence()} (${index}.${message})`,
        at: new Date(start + (jobs - index) * 60_000 + message * 1_000).toISOString(),
      })),
    };
  };
  return [
    conversation(0, long),
    ...Array.from({ length: jobs }, (_, index) => conversation(index + 1, 4 + Math.floor(random() * 5))),
  ];
}
