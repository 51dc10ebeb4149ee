import { feedEnvelope, feedItem, type FeedFrame, type FeedItem } from '#shared/api/feed.ts';
import { AppError } from '#shared/errors.ts';
import { CLOSE } from '#shared/wire.ts';

import type { Turns } from '../turns.ts';
import type { ApiClient } from './api-client.ts';
import { createRetry } from './backoff.ts';
import { LiveSocket } from './socket.ts';

/** So much of a long frame is looked at in one turn. */
const SLICE_MS = 3;

export type FeedState = 'connecting' | 'live' | 'lost';

/** Follows the account's feed, over and over, until it is stopped. */
export type Feed = {
  /** Connects at once rather than when the back-off says; does nothing while it is connected. */
  connectNow(): void;
  /** Somebody waits for the network: the next try comes within a second. */
  hasten(): void;
  /** Something told could not be kept: connects anew, so that it is told again. */
  restart(): void;
  stop(): void;
};

/** When a server that has too much to do wants to be asked again; `null` when it didn't say. */
function retryAfter(error: unknown): number | null {
  const ms = error instanceof AppError ? error.details?.['retryAfterMs'] : undefined;
  return typeof ms === 'number' && ms > 0 ? Math.min(ms, 60_000) : null;
}

export function createFeed(deps: {
  api: ApiClient;
  turns: Turns;
  random: () => number;
  cursor: () => string | null;
  /** The server's history that the cursor is of. */
  timeline: () => string | null;
  /** Items and the cursor behind them: to be written in one transaction. Throws when the disk does not take them. */
  onItems: (items: FeedItem[], cursor: string) => void;
  onTyping: (frame: Extract<FeedFrame, { type: 'typing' }>) => void;
  /** The cursor is too old, or there is none: makes one by listing the conversations again. */
  startAgain: () => Promise<void>;
  onState: (state: FeedState) => void;
  onFailure: (error: unknown) => void;
}): Feed {
  const retry = createRetry(deps.random);
  let socket: LiveSocket | null = null;
  /** Of this one nothing more is read. */
  let givenUp: LiveSocket | null = null;
  let connecting = false;
  let stopped = false;
  let drainMs: number | null = null;
  /** The cursor is too old: the next connection begins by listing again. */
  let expired = false;
  /** That it was is an answer rather than a failure; said again of the new cursor it is a failure. */
  let listedAgain = false;

  /** Not acknowledged: the cursor stands where it was, and the same items come again. What came behind them must not raise it. */
  const giveUp = (broken: LiveSocket): void => {
    givenUp = broken;
    broken.terminate();
  };

  const lost = (): void => {
    if (stopped) return;
    deps.onState('lost');
    if (drainMs !== null) retry.hinted(drainMs, connect);
    else retry.failed(connect);
    drainMs = null;
  };

  const connect = (): void => {
    if (stopped || socket || connecting) return;
    connecting = true;
    deps.onState('connecting');
    open()
      .catch((error: unknown) => {
        if (stopped) return;
        if (!(error instanceof AppError && error.code === 'offline')) deps.onFailure(error);
        drainMs ??= retryAfter(error);
        lost();
      })
      .finally(() => {
        connecting = false;
      });
  };

  const open = async (): Promise<void> => {
    const token = await deps.api.token();
    if (expired || deps.cursor() === null) await deps.startAgain();
    expired = false;
    if (stopped) return;
    const timeline = deps.timeline();
    const query = new URLSearchParams({ after: deps.cursor() ?? '', ...(timeline !== null && { timeline }) });
    const url = `${deps.api.server.replace(/^http/, 'ws')}/api/v1/feed?${query.toString()}`;
    const opened = new LiveSocket(url, token);
    socket = opened;
    const isHere = (): boolean => socket === opened && givenUp !== opened;
    let reading = Promise.resolve();
    opened.on('message', (data, isBinary) => {
      if (isBinary) return;
      // One after the other: what a long frame says comes before the next one.
      reading = reading.then(async () => {
        try {
          if (isHere()) await read(JSON.parse((data as Buffer).toString('utf8')), isHere);
        } catch (error) {
          deps.onFailure(error);
          giveUp(opened);
        }
      });
    });
    opened.on('close', (code) => {
      if (socket !== opened) return;
      socket = null;
      if (opened.rejected === 401 || code === CLOSE.signIn) deps.api.distrustToken();
      if (opened.rejected === 410) {
        expired = true;
        if (!listedAgain) {
          listedAgain = true;
          return connect();
        }
      }
      drainMs ??= opened.retryAfterMs;
      lost();
    });
  };

  const read = async (message: unknown, isHere: () => boolean): Promise<void> => {
    const frame = feedEnvelope.parse(message);
    switch (frame.type) {
      case 'items': {
        const items = await itemsOf(frame.items);
        return isHere() ? deps.onItems(items, frame.cursor) : undefined;
      }
      case 'live':
        retry.succeeded();
        listedAgain = false;
        deps.onItems([], frame.cursor);
        return deps.onState('live');
      case 'typing':
        return deps.onTyping(frame);
      case 'drain':
        drainMs = frame.retryAfterMs;
    }
  };

  const itemsOf = async (told: readonly unknown[]): Promise<FeedItem[]> => {
    const items: FeedItem[] = [];
    let end = performance.now() + SLICE_MS;
    for (const one of told) {
      if (performance.now() > end) {
        await deps.turns.next();
        end = performance.now() + SLICE_MS;
      }
      items.push(feedItem.parse(one));
    }
    return items;
  };

  connect();
  return {
    connectNow() {
      socket?.probe();
      retry.cancel();
      retry.succeeded();
      connect();
    },
    hasten: () => retry.hasten(),
    restart: () => socket && giveUp(socket),
    stop() {
      stopped = true;
      retry.cancel();
      socket?.terminate();
      socket = null;
    },
  };
}
