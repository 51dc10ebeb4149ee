import type { History, Person } from './world.ts';

export const ANA: Person = { id: 'ana', role: 'agency', name: 'Ana Reyes' };
export const BEN: Person = { id: 'ben', role: 'agency', name: 'Ben Okafor' };
export const MARIA: Person = { id: 'maria', role: 'client', name: 'Maria Cruz' };
export const LUIS: Person = { id: 'luis', role: 'worker', name: 'Luis Santos' };

/** One job with all four on it, and `more` further jobs of the same people. `long`: so many messages more on the first one, a minute apart. */
export function smallAgency(more = 2, long = 0): History[] {
  const titles = [
    'Fix the leaking sink',
    'Repaint the hallway',
    'Service the air conditioner',
    'Replace the fuse box',
    'Clear the gutters',
  ];
  return Array.from({ length: more + 1 }, (_, index) => ({
    id: `job-${index}`,
    title: titles[index] ?? `Job ${index}`,
    participants: [ANA, BEN, MARIA, LUIS],
    messages: [
      { sender: MARIA.id, text: `Hello, it is about this: ${titles[index] ?? index}.`, at: stamp(index, 0) },
      { sender: ANA.id, text: 'Thank you, Maria. Luis will come on Tuesday.', at: stamp(index, 1) },
      { sender: LUIS.id, text: 'I will bring the parts. 明日の朝に行きます。 سأحضر غدا.', at: stamp(index, 2) },
      ...Array.from({ length: index === 0 ? long : 0 }, (_, message) => ({
        sender: [MARIA, ANA, LUIS][message % 3]!.id,
        text: `Line ${message} of the log.`,
        at: stamp(index, 3 + message),
      })),
    ],
  }));
}

function stamp(conversation: number, message: number): string {
  return new Date(Date.UTC(2026, 9, 1, 8, 0) - conversation * 3_600_000 + message * 60_000).toISOString();
}
