import type { IpcRenderer } from 'electron';

import type { Port } from '#shared/bridge.ts';
import { PORT_ANSWER, PORT_REQUEST } from '#shared/shell.ts';

/**
 * The page's end of its channel to the core. It can be used at once: what is posted before the main process answered is sent
 * then, and nothing is delivered before the page listens.
 */
export function createPagePort(ipc: Pick<IpcRenderer, 'once' | 'send'>): Port {
  let port: MessagePort | null = null;
  let closed = false;
  const waiting: unknown[] = [];
  let listener: { onMessage: (message: unknown) => void; onClose: () => void } | null = null;

  function connect(): void {
    if (!port || !listener) return;
    const { onMessage, onClose } = listener;
    port.addEventListener('message', (event: MessageEvent) => onMessage(event.data));
    port.addEventListener('close', () => onClose());
    port.start();
  }

  ipc.once(PORT_ANSWER, (event) => {
    port = event.ports[0] ?? null;
    if (closed) return port?.close();
    for (const message of waiting.splice(0)) port?.postMessage(message);
    connect();
  });
  ipc.send(PORT_REQUEST);

  return {
    post(message) {
      if (port) port.postMessage(message);
      else waiting.push(message);
    },
    listen(onMessage, onClose) {
      listener ??= { onMessage, onClose };
      connect();
    },
    close() {
      closed = true;
      port?.close();
    },
  };
}
