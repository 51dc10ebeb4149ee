import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

export type Program = { pid: number; output: string; kill(): Promise<void>; stop(): Promise<void> };

const READY_MS = 60_000;

/** Runs Node on these until what it prints matches `ready`. @throws with what it printed when it ends before */
export async function startProgram(
  args: readonly string[],
  { cwd, env, ready }: { cwd: string; env: Record<string, string>; ready: RegExp },
): Promise<Program> {
  const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  const program: Program = {
    pid: child.pid!,
    output: '',
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(late);
    },
  };
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors = (errors + data.toString()).slice(-4_000)));
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${args[0]} was not ready in ${READY_MS} ms: ${errors}`)), READY_MS);
    child.stdout.on('data', (data: Buffer) => {
      program.output = (program.output + data.toString()).slice(-4_000);
      if (!ready.test(program.output)) return;
      clearTimeout(late);
      resolve();
    });
    child.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`${args[0]} ended with ${code}: ${errors}`));
    });
  });
  return program;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
