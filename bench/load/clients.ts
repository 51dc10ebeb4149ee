import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import type { Order, Told } from './orders.ts';

/** A process of clients, beside the measured server. */
export type Clients = {
  order<K extends Told['kind']>(order: Order, kind: K): Promise<Extract<Told, { kind: K }>>;
  end(): Promise<void>;
};

export function startClients(): Clients {
  const child = fork(fileURLToPath(new URL('generator.ts', import.meta.url)), { stdio: 'inherit', serialization: 'advanced' });
  return {
    order(order, kind) {
      child.send(order);
      return new Promise((resolve, reject) => {
        const ended = (code: number | null): void => reject(new Error(`the clients ended with ${code}`));
        child.once('exit', ended);
        child.once('message', (told) => {
          child.off('exit', ended);
          if ((told as Told).kind === kind) resolve(told as Extract<Told, { kind: typeof kind }>);
          else reject(new Error(`the clients answered ${(told as Told).kind} to ${order.kind}`));
        });
      });
    },
    async end() {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.send({ kind: 'end' } satisfies Order);
      await exited;
    },
  };
}
