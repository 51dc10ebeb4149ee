import type { IncomingMessage } from 'node:http';

import { AppError, type ErrorCode } from '#shared/errors.ts';
import { parseDocumentName, type DocumentRef } from '#shared/ids.ts';

import type { Authentication, Caller } from '../auth/authentication.ts';

export type UpgradeTarget =
  | { kind: 'document'; ref: DocumentRef | null }
  | { kind: 'feed'; after: string | undefined }
  /** A conversation, by its number, for a client that speaks JSON. */
  | { kind: 'chat'; number: number };
/** `timeline`: of which history the caller knows something; `null` when it doesn't say. */
export type Upgrade = { target: UpgradeTarget; ticket: string | null; timeline: string | null };

const SYNC_PREFIX = '/sync/';
const FEED_PATH = '/api/v1/feed';
/** Up to what a number holds exactly. */
const CHAT_PATH = /^\/ws\/chat\/([1-9][0-9]{0,14})\/$/;

/** What an upgrade asks for; `null` when there is nothing under this path. */
export function readUpgrade(request: IncomingMessage): Upgrade | null {
  const url = URL.parse(request.url ?? '', 'http://server');
  if (!url) return null;
  const ticket = url.searchParams.get('ticket');
  const timeline = url.searchParams.get('timeline');
  if (url.pathname === FEED_PATH)
    return { target: { kind: 'feed', after: url.searchParams.get('after') ?? undefined }, ticket, timeline };
  const chat = CHAT_PATH.exec(url.pathname);
  if (chat) return { target: { kind: 'chat', number: Number(chat[1]) }, ticket, timeline };
  if (!url.pathname.startsWith(SYNC_PREFIX)) return null;
  return { target: { kind: 'document', ref: parseDocumentName(url.pathname.slice(SYNC_PREFIX.length)) }, ticket, timeline };
}

const NOBODY = new Set<ErrorCode>(['sign-in-required', 'account-disabled', 'device-wiped', 'forbidden', 'conflict']);

/** @throws AppError when this caller can't be told apart from a stranger for now (Postgres, or who signs them in, is away). */
export async function callerOfUpgrade(
  auth: Authentication,
  request: IncomingMessage,
  ticket: string | null,
): Promise<Caller | null> {
  try {
    return await (ticket === null ? auth.callerOf(request) : auth.redeem(ticket));
  } catch (error) {
    if (error instanceof AppError && NOBODY.has(error.code)) return null;
    throw error;
  }
}
