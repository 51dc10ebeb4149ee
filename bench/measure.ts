import type { Chosen, Part } from './part.ts';
import { benchPostgres, type BenchPostgres } from './postgres.ts';
import { Collected, machine, versions, type Results } from './results.ts';
import type { Target } from './target.ts';

export type Plan = {
  parts: readonly Part[];
  /** Part of a target's name; all with an empty one. */
  only: string;
  chosen: Chosen;
  /** No run is begun after so many. */
  minutes: number;
};

/**
 * Measures each part on each target, one after the other, so that a busy minute of the machine is nobody's alone: first what repeats
 * itself, then one run of all the others after another. What fails is told, and the rest goes on.
 */
export async function measure(plan: Plan, say: (line: string) => void): Promise<Results> {
  const { parts, chosen, only } = plan;
  const began = performance.now();
  const postgres = new EachPostgres();
  const before = machine();
  const collected = new Collected();
  const failures: string[] = [];
  const wanted = ({ name }: Target): boolean => name.toLowerCase().includes(only.toLowerCase());

  const oneOf = async (part: Part, target: Target): Promise<void> => {
    const from = performance.now();
    try {
      collected.add(part.name, target.name, await part.measure(target, await postgres.of(target), chosen));
      say(`${part.name}, ${target.name}: ${Math.round((performance.now() - from) / 1_000)} s`);
    } catch (error) {
      failures.push(`${part.name}, ${target.name}: ${error instanceof Error ? error.message.split('\n')[0] : 'failed'}`);
      say(failures.at(-1)!);
    }
  };
  const runOf = async (part: Part): Promise<void> => {
    const targets = part.targets.filter(wanted);
    if (part.together) await Promise.all(targets.map((target) => oneOf(part, target)));
    else for (const target of targets) await oneOf(part, target);
  };

  try {
    const version = (await postgres.any()).version;
    for (const part of parts) if (part.repeatsItself) await runOf(part);
    const single = parts.filter(({ repeatsItself }) => !repeatsItself);
    for (let run = 1; run <= chosen.runs && single.length > 0; run++) {
      const minutes = (performance.now() - began) / 60_000;
      // The first run says how long the next will take.
      if (run > 1 && minutes > plan.minutes) break;
      say(`run ${run} of ${chosen.runs}, ${minutes.toFixed(1)} min`);
      for (const part of single) await runOf(part);
    }
    const minutes = Number(((performance.now() - began) / 60_000).toFixed(1));
    return {
      measuredAt: new Date().toISOString(),
      minutes,
      machine: before,
      versions: versions(version),
      chosen,
      figures: collected.figures,
      failures,
    };
  } finally {
    await postgres.stop();
  }
}

/** One Postgres for each target: its processor time and its log are that target's alone. */
class EachPostgres {
  readonly #of = new Map<string, Promise<BenchPostgres>>();

  of({ name }: Target): Promise<BenchPostgres> {
    const there = this.#of.get(name) ?? benchPostgres();
    this.#of.set(name, there);
    return there;
  }

  any(): Promise<BenchPostgres> {
    return [...this.#of.values()][0] ?? this.of({ name: 'Trialogue' } as Target);
  }

  async stop(): Promise<void> {
    for (const one of this.#of.values()) await (await one).stop();
  }
}
