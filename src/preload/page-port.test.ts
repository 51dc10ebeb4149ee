import { MessageChannel } from 'node:worker_threads';

import { describe, expect, it } from 'vitest';

import { createPagePort } from './page-port.ts';

/** Node's channel has the same shape as the page's where it matters here. */
function setUp() {
  const sent: string[] = [];
  let answer: ((event: { ports: unknown[] }) => void) | undefined;
  const port = createPagePort({
    once: (_channel: string, listener: (event: never) => void) => (answer = listener as never),
    send: (channel: string) => sent.push(channel),
  });
  const { port1, port2 } = new MessageChannel();
  return { port, sent, core: port1, connect: () => answer!({ ports: [port2] }) };
}

const nextOf = (core: MessageChannel['port1']) => new Promise((resolve) => core.once('message', resolve));

describe('the page’s port', () => {
  it('[SHELL-5] asks for its channel once, and sends what was posted before it came', async () => {
    const { port, sent, core, connect } = setUp();
    expect(sent).toEqual(['trialogue:port-request']);
    port.post({ id: 1 });
    const got = nextOf(core);
    connect();
    expect(await got).toEqual({ id: 1 });
    core.close();
  });

  it('[SHELL-5] delivers nothing before the page listens, and nothing is lost', async () => {
    const { port, core, connect } = setUp();
    connect();
    core.postMessage({ early: true }, []);
    const heard = await new Promise((resolve) => port.listen(resolve, () => undefined));
    expect(heard).toEqual({ early: true });
    core.close();
  });

  it('[SHELL-5] tells the page when the core’s end closes', async () => {
    const { port, core, connect } = setUp();
    const ended = new Promise((resolve) =>
      port.listen(
        () => undefined,
        () => resolve('ended'),
      ),
    );
    connect();
    core.close();
    expect(await ended).toBe('ended');
  });

  it('[SHELL-5] gives the page nothing but its three functions', () => {
    expect(Object.keys(setUp().port).sort()).toEqual(['close', 'listen', 'post']);
  });
});
