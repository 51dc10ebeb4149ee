import { execFile } from 'node:child_process';

import { POLICY_PLACES, type PoliciesView } from '#shared/policies.ts';

import type { Log } from '../platform.ts';
import { readPolicyFolder } from './folder.ts';
import { readManagedPreferences } from './managed-preferences.ts';
import { readRegistry, type RunProgram } from './registry.ts';
import { resolvePolicies, type PolicySources } from './resolve.ts';

const PROGRAM_MS = 10_000;

export type PolicySystem = {
  platform: NodeJS.Platform;
  /** Read instead of what the system has, on every system: for tests and trials, never in an installed app. */
  folder: string | null;
  /** Windows' own folder. */
  systemRoot: string;
  run: RunProgram;
};

/** Reads what this machine's administrators settled, once, at the start. Never rejects: what can't be read is a problem that is told. */
export async function loadPolicies(system: PolicySystem, log: Log): Promise<PoliciesView> {
  const found = await readSources(system).catch((error: unknown): PolicySources => {
    const where = system.platform === 'win32' ? POLICY_PLACES.registry : POLICY_PLACES.domain;
    return { sources: [], problems: [{ where, name: null, message: `can’t be read (${reasonOf(error)})` }] };
  });
  const policies = resolvePolicies(found);
  for (const { name, set } of policies.entries) if (set) log.info('policy', { name, level: set.level, where: set.where });
  for (const { where, name, message } of policies.problems) {
    log.warn('policy-refused', { where, ...(name === null ? {} : { name }), reason: message });
  }
  return policies;
}

function readSources({ platform, folder, systemRoot, run }: PolicySystem): Promise<PolicySources> {
  if (folder !== null) return readPolicyFolder(folder);
  if (platform === 'win32') return readRegistry(run, systemRoot);
  if (platform === 'darwin') return readManagedPreferences(run);
  return readPolicyFolder(POLICY_PLACES.folder);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.name) : 'unknown';
}

/** No shell reads the arguments. */
export const runProgram: RunProgram = (command, args) =>
  new Promise((resolve, reject) => {
    execFile(command, args, { timeout: PROGRAM_MS, windowsHide: true, maxBuffer: 4 * 1024 * 1024 }, (error, stdout) => {
      // A number is the code with which it ended; everything else says that it didn't run to its end.
      if (error && typeof error.code !== 'number') reject(error);
      else resolve(error ? null : stdout);
    });
  });
