import {
  definitionOf,
  POLICIES,
  POLICY_NAMES,
  type PoliciesView,
  type PolicyLevel,
  type PolicyName,
  type PolicyProblem,
} from '#shared/policies.ts';

/** Values as they stand in one place of the system. */
export type PolicySource = { where: string; level: PolicyLevel; values: Readonly<Record<string, unknown>> };
/** What a system has: the strongest source of each level first. */
export type PolicySources = { sources: PolicySource[]; problems: PolicyProblem[] };

const NO_DEFAULT = 'can only be enforced: people have no setting for it that a default could be the start of';

/** Pure: what holds. A value that is wrong is told and passed over, and the next source of it counts. */
export function resolvePolicies({ sources, problems: found }: PolicySources): PoliciesView {
  const problems = [...found];
  const set = new Map<PolicyName, NonNullable<PoliciesView['entries'][number]['set']>>();
  const byStrength = [
    ...sources.filter(({ level }) => level === 'enforced'),
    ...sources.filter(({ level }) => level === 'default'),
  ];
  for (const { where, level, values } of byStrength) {
    for (const [name, given] of Object.entries(values)) {
      const refuse = (message: string): void => void problems.push({ where, name, message });
      if (!isPolicyName(name)) {
        refuse('is no policy of this version');
        continue;
      }
      const definition = definitionOf(name);
      if (level === 'default' && definition.levels === 'enforced') {
        refuse(NO_DEFAULT);
        continue;
      }
      const parsed = definition.value.safeParse(given);
      if (!parsed.success) refuse(parsed.error.issues[0]?.message ?? 'is not understood');
      else if (!set.has(name)) set.set(name, { value: parsed.data, level, where });
    }
  }
  return { entries: POLICY_NAMES.map((name) => ({ name, set: set.get(name) ?? null })), problems };
}

function isPolicyName(name: string): name is PolicyName {
  return Object.hasOwn(POLICIES, name);
}
