import { POLICY_PLACES, type PolicyLevel } from '#shared/policies.ts';

import type { PolicySource, PolicySources } from './resolve.ts';

const HIVES = ['HKLM', 'HKCU'] as const;

/**
 * Runs a program of the system and gives its output; `null` when it ended with a failure, as `reg.exe` does for a key that isn't there.
 * Rejects when it could not be run at all.
 */
export type RunProgram = (command: string, args: string[]) => Promise<string | null>;

/** What group policies wrote: the machine's before the user's. `systemRoot`: Windows' own folder. */
export async function readRegistry(run: RunProgram, systemRoot: string): Promise<PolicySources> {
  const answers = await Promise.all(
    HIVES.map((hive) =>
      // By its whole path: a program of that name elsewhere must not answer for the system's.
      run(`${systemRoot}\\System32\\reg.exe`, ['query', `${hive}\\${POLICY_PLACES.registry}`, '/s', '/reg:64']),
    ),
  );
  return { sources: HIVES.flatMap((hive, index) => parseRegistry(hive, answers[index] ?? '')), problems: [] };
}

/** Reads what `reg query <key> /s` prints: a line with a key's whole name, then its values, indented by four spaces. */
export function parseRegistry(hive: (typeof HIVES)[number], printed: string): PolicySource[] {
  const levels: [PolicyLevel, string][] = [
    ['enforced', POLICY_PLACES.registry],
    ['default', `${POLICY_PLACES.registry}\\${POLICY_PLACES.registryDefaults}`],
  ];
  const sources = levels.map(([level, key]): PolicySource & { values: Record<string, unknown> } => ({
    where: `${hive}\\${key}`,
    level,
    values: {},
  }));
  let current: (typeof sources)[number] | undefined;
  for (const line of printed.split(/\r?\n/)) {
    const key = /^HKEY_[A-Z_]+\\(.+?)\s*$/.exec(line)?.[1]?.toLowerCase();
    if (key !== undefined) {
      current = sources.find((_source, index) => levels[index]?.[1].toLowerCase() === key);
      continue;
    }
    const [, name, type, text = ''] = /^ {4}(\S.*?) {4}(REG_[A-Z_0-9]+)(?: {4}(.*))?$/.exec(line) ?? [];
    // The key's own value has a translated name in brackets.
    if (current && name !== undefined && type !== undefined && !/^\(.+\)$/.test(name)) current.values[name] = valueOf(type, text);
  }
  return sources.filter(({ values }) => Object.keys(values).length > 0);
}

/** What is neither text nor a number is left as text, which no policy of another kind takes. */
function valueOf(type: string, text: string): unknown {
  return type === 'REG_DWORD' || type === 'REG_QWORD' ? Number(text) : text;
}
