import type { Duplex } from 'node:stream';

import type { AppError } from '#shared/errors.ts';

import { problemResponse } from '../http/errors.ts';
import { problemOf } from '../http/problems.ts';

/** For upgrades that are not accepted at all. */
export function refuseUpgrade(socket: Duplex, error: AppError): void {
  socket.end(problemResponse(problemOf(error)));
}
