import type { App } from './app.ts';
import type { People } from './history.ts';
import type { HostChoice } from './host-choice.ts';
import type { Person, Running } from './lock.ts';

export type Paint = { strong: (text: string) => string; faint: (text: string) => string };

const plain = (text: string): string => text;

export function paintFor(isTerminal: boolean, noColor: string | undefined): Paint {
  if (!isTerminal || noColor) return { strong: plain, faint: plain };
  return { strong: (text) => `\u001B[1m${text}\u001B[22m`, faint: (text) => `\u001B[2m${text}\u001B[22m` };
}

export type SummaryFacts = {
  app: Pick<App, 'address' | 'origin' | 'window'>;
  choice: HostChoice;
  server: string;
  person: Person;
  known: People;
};

export function summary({ app, choice, server, person, known }: SummaryFacts, { strong, faint }: Paint): string {
  const others = known.people.filter((other) => other.email !== person.email);
  // Two of each kind are enough to choose from.
  const listed = others.filter((other, n) => others.slice(0, n).filter(({ role }) => role === other.role).length < 2);
  const width = Math.max(0, ...listed.map((other) => other.email.length));
  const example = listed.find(({ role }) => role === 'client') ?? listed[0];
  return [
    '',
    `  ${strong('Trialogue is running')}`,
    '',
    `  app        ${app.address === null ? `${strong('in its own window')}  ${faint(app.origin)}` : `${strong(app.address)}  ${faint('(works once)')}`}`,
    `  shown in   ${choice.why}${app.window === null ? '' : `; window: ${app.window}`}`,
    `  signed in  ${person.name}, ${person.role} of ${known.agency}  ${faint(person.email)}`,
    `  server     ${server}`,
    ...(others.length > 0
      ? [
          '',
          `  Others to be, password ${strong(known.password)}`,
          ...listed.map((other) => `    ${other.email.padEnd(width)}  ${other.role.padEnd(8)}  ${other.name}`),
          ...(others.length > listed.length
            ? [faint(`    and ${others.length - listed.length} more: npm start -- --as nobody lists them`)]
            : []),
        ]
      : []),
    ...(example ? ['', `  A second person beside this one:  ${strong(`npm start -- --as ${example.email}`)}`] : []),
    `  ${faint('Ctrl+C stops it all; everything is kept.')}`,
    '',
  ].join('\n');
}

export function alreadyRuns(running: Running, dataDir: string): string {
  return [
    `Trialogue already runs (pid ${running.pid}): server ${running.server ?? 'starting'}, app ${running.app ?? 'starting'}, data in ${dataDir}.`,
    `Stop it with Ctrl+C in its terminal or “kill ${running.pid}”, open a second person’s window with “npm start -- --as <e-mail>”,`,
    'or start another beside it with “npm start -- --data-dir <folder>”.',
  ].join('\n');
}
