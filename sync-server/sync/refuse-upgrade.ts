import type { Duplex } from 'node:stream';

import type { AppError, ErrorCode } from '#shared/errors.ts';

const STATUS: Partial<Record<ErrorCode, string>> = {
  'sign-in-required': '401 Unauthorized',
  'account-disabled': '403 Forbidden',
  forbidden: '403 Forbidden',
  'not-found': '404 Not Found',
  gone: '410 Gone',
  internal: '500 Internal Server Error',
};

/** For upgrades that are not accepted at all. */
export function refuseUpgrade(socket: Duplex, error: AppError): void {
  const body = JSON.stringify({ error: error.toShape() });
  const status = STATUS[error.code] ?? '503 Service Unavailable';
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
