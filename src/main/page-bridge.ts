import type { MessagePortMain } from 'electron';

import type { Core, Log } from '#core/platform.ts';
import type { Port } from '#shared/bridge.ts';
import { PORT_ANSWER, PORT_REQUEST } from '#shared/shell.ts';

import { type Frame, isAppFrame } from './sender.ts';

export type AskingFrame = Frame & { postMessage(channel: string, message: unknown, transfer: MessagePortMain[]): void };

/** Only what this needs of `ipcMain`. */
export type PortRequests = { on(channel: string, listener: (event: { senderFrame: AskingFrame | null }) => void): unknown };

/** Gives every page of ours that asks a channel of its own to the core. */
export function servePages(
  ipc: PortRequests,
  makeChannel: () => { port1: MessagePortMain; port2: MessagePortMain },
  core: Pick<Core, 'attach'>,
  log: Log,
): void {
  ipc.on(PORT_REQUEST, ({ senderFrame }) => {
    if (!senderFrame || !isAppFrame(senderFrame)) return log.warn('shell.sender-refused');
    const { port1, port2 } = makeChannel();
    core.attach(mainPort(port1));
    senderFrame.postMessage(PORT_ANSWER, null, [port2]);
  });
}

export function mainPort(port: MessagePortMain): Port {
  return {
    post: (message) => port.postMessage(message),
    listen(onMessage, onClose) {
      port.on('message', (event) => onMessage(event.data));
      port.on('close', onClose);
      port.start();
    },
    close: () => port.close(),
  };
}
