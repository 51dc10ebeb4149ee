import { definitionOf, POLICY_NAMES, type PolicyName, type PolicyValue } from '#shared/policies.ts';

/** A file for the policies' folder, with an example of each. */
export function linuxExample(): string {
  const settings = POLICY_NAMES.filter((name) => definitionOf(name).levels === 'both' && definitionOf(name).kind === 'switch');
  const enforced = POLICY_NAMES.filter((name) => !settings.includes(name));
  return `${JSON.stringify({ enforced: examples(enforced), defaults: examples(settings) }, null, 2)}\n`;
}

function examples(names: readonly PolicyName[]): Record<string, PolicyValue> {
  return Object.fromEntries(names.map((name) => [name, definitionOf(name).example]));
}
