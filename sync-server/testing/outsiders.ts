import type { Account, SessionResponse } from '#shared/api.ts';

import type { JsonClient } from './json-client.ts';
import type { FeedClient, RawClient } from './raw-client.ts';
import type { World } from './world.ts';

/** Somebody who may not know anything of the notes of a team, with all that they can have open. */
export type Outsider = {
  account: Account;
  session: SessionResponse;
  feed: FeedClient;
  /** Of those who take part. */
  open: { all: RawClient; json: JsonClient } | null;
  /** What the calls answered before the team said anything, and after. */
  before: Answers;
  after: Answers;
};
export type Answers = Record<string, unknown>;

/** Every call that tells somebody of conversations, by a name without ids. */
export function callsOf(world: World, number: number, cursor: string): Record<string, string> {
  const one = `/api/v1/conversations/${world.conversation}`;
  return {
    'the list of conversations': '/api/v1/conversations',
    'the record of the conversation': one,
    'a page of its messages': `${one}/messages`,
    'the log of what everybody reads': `/api/v1/log/${world.conversation}/all/1`,
    'the feed by HTTP': `/api/v1/feed?after=${cursor}`,
    notifications: '/api/v1/notifications',
    'the number of unread notifications': '/api/v1/notifications/unread',
    'the list for JSON clients': '/api/conversations',
    'the messages for JSON clients': `/api/conversations/${number}/messages`,
    'the list of an agency for JSON clients': '/api/agency/conversations',
    'the messages of an agency for JSON clients': `/api/agency/conversations/${number}/messages`,
    'the people of an agency': '/api/v1/people',
    webhooks: '/api/v1/webhooks',
    'failures of webhooks': '/api/v1/webhooks/failures',
  };
}

export async function askAll(world: World, token: string, calls: Record<string, string>): Promise<Answers> {
  const answers: Answers = {};
  for (const [name, path] of Object.entries(calls)) {
    const { status, body } = await world.server.http.call('GET', path, { token });
    answers[name] = { status, body };
  }
  return answers;
}
