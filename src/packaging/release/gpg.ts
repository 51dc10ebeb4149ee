import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Puts a signature beside a file, as `<file>.asc`. The key must be in the keyring already; a passphrase is gpg's own to ask for. */
export async function signBeside(path: string, key: string, home?: string): Promise<string> {
  const signature = `${path}.asc`;
  const args = ['--batch', '--yes', '--armor', '--local-user', key, '--output', signature, '--detach-sign', path];
  await run('gpg', home === undefined ? args : ['--homedir', home, ...args]);
  return signature;
}
