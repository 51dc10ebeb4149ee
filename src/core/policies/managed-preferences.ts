import { z } from 'zod';

import { POLICY_NAMES, POLICY_PLACES } from '#shared/policies.ts';

import type { RunProgram } from './registry.ts';
import type { PolicySources } from './resolve.ts';

/**
 * Asks the system itself, by the scripting host that comes with it, which values are forced: whether a profile put a value there, or the
 * person or a script did, can't be seen from the value (decision 0013).
 */
const SCRIPT = `ObjC.import('Foundation');
function run([domain, ...known]) {
  const defaults = $.NSUserDefaults.alloc.initWithSuiteName(domain);
  const all = ObjC.deepUnwrap(defaults.dictionaryRepresentation);
  const forced = (name) => Boolean(defaults.objectIsForcedForKeyInDomain(name, domain));
  return JSON.stringify(Object.keys(all)
    .map((name) => ({ name, value: all[name], forced: forced(name) }))
    .filter(({ name, forced }) => forced || known.includes(name)));
}`;

const answerShape = z.array(z.object({ name: z.string(), value: z.unknown(), forced: z.boolean() }));

/** What configuration profiles force counts as enforced, anything else that stands in the app's domain as a default. */
export async function readManagedPreferences(run: RunProgram): Promise<PolicySources> {
  const where = POLICY_PLACES.domain;
  const printed = await run('/usr/bin/osascript', ['-l', 'JavaScript', '-e', SCRIPT, where, ...POLICY_NAMES]);
  if (printed === null)
    return { sources: [], problems: [{ where, name: null, message: 'can’t be asked for: osascript failed' }] };
  const answer = answerShape.parse(JSON.parse(printed));
  const valuesOf = (forced: boolean): Record<string, unknown> =>
    Object.fromEntries(answer.filter((one) => one.forced === forced).map(({ name, value }) => [name, value]));
  return {
    sources: [
      { where: `${where} (configuration profile)`, level: 'enforced', values: valuesOf(true) },
      { where: `${where} (not forced)`, level: 'default', values: valuesOf(false) },
    ],
    problems: [],
  };
}
