import { describe, expect, it } from 'vitest';

import type { Account } from '#shared/api/accounts.ts';
import type { Conversation } from '#shared/api/conversations.ts';
import type { JobValue } from '#shared/documents.ts';

import { worldForEachTest } from '../testing/in-file.ts';
import { FeedClient } from '../testing/raw-client.ts';
import type { TestAnswer, TestServer } from '../testing/test-server.ts';
import { createWorld, type World } from '../testing/world.ts';

let world: World;
let server: TestServer;

worldForEachTest((made) => ({ world, server } = made));

type Answer = TestAnswer<Conversation & { error: { code: string; message: string } }>;

async function act(account: Account, action: string, conversation = world.conversation): Promise<Answer> {
  const { accessToken } = await world.signIn(account);
  return server.http.call('POST', `/api/v1/conversations/${conversation}/job/${action}`, { token: accessToken });
}
const events = async (): Promise<{ type: string }[]> =>
  (
    await world.rows<{ event: { type: string } }>(
      "SELECT event FROM events WHERE conversation_id = $1 AND thread = 'all' ORDER BY seq",
      [world.conversation],
    )
  ).map(({ event }) => event);

describe('what people do to a job', () => {
  it('[JOB-1] goes from start to approval, each step an event in the thread, seen by document, feed and JSON lists', async () => {
    const staff = await world.join(world.staff);
    const feed = await FeedClient.open(server.running.url, await world.signIn(world.client));
    expect((await act(world.worker, 'start')).body.job.status).toBe('in-progress');
    const completed = await act(world.staff, 'complete');
    expect(completed).toMatchObject({ status: 200, body: { id: world.conversation, job: { status: 'completed' } } });
    expect((await act(world.client, 'approve')).body.job.status).toBe('approved');
    expect((await events()).slice(1)).toEqual([
      { type: 'job-status', from: 'open', to: 'in-progress', by: world.worker.id },
      { type: 'job-status', from: 'in-progress', to: 'completed', by: world.staff.id },
      { type: 'job-status', from: 'completed', to: 'approved', by: world.client.id },
    ]);
    const context = staff.doc.getMap('context');
    await staff.watch.until('the job in the document', () => (context.get('job') as JobValue).status === 'approved');
    const told = [...context.entries()].filter(([key, value]) => {
      return key.startsWith('events/') && (value as { event: { to?: string } }).event.to === 'approved';
    });
    expect(told).toHaveLength(1);
    await feed.watch.until('the record', () =>
      feed.items.some((item) => item.kind === 'conversation' && item.conversation.job.status === 'approved'),
    );
    const list = await server.http.call<{ conversations: { job: { status: string } }[] }>('GET', '/api/conversations', {
      token: (await world.signIn(world.client)).accessToken,
    });
    expect(list.body.conversations[0]!.job.status).toBe('COMPLETED');
  });

  it('[JOB-1] said twice is done once, also by several at the same moment', async () => {
    await act(world.worker, 'start');
    const all = await Promise.all([world.worker, world.staff, world.owner, world.worker].map((one) => act(one, 'complete')));
    expect(all.map(({ status, body }) => [status, body.job.status])).toEqual(all.map(() => [200, 'completed']));
    expect((await events()).filter(({ type }) => type === 'job-status')).toHaveLength(2);
  });

  it('[JOB-1] out of turn is answered 409 in words, and changes nothing', async () => {
    const early = await act(world.client, 'approve');
    expect(early).toMatchObject({ status: 409, body: { error: { code: 'conflict', details: { status: 'open' } } } });
    expect(early.body.error.message).toBe('The job has not been started, so it cannot be approved now. Nothing was changed.');
    await act(world.staff, 'cancel');
    expect((await act(world.worker, 'complete')).body.error.message).toContain('was cancelled');
    expect((await events()).filter(({ type }) => type === 'job-status')).toHaveLength(1);
  });

  it('[JOB-1] is refused to roles that may not (403), and to who takes no part (404)', async () => {
    expect((await act(world.client, 'complete')).status).toBe(403);
    await act(world.worker, 'start');
    await act(world.worker, 'complete');
    for (const one of [world.worker, world.staff, world.owner]) expect((await act(one, 'approve')).status).toBe(403);
    expect((await act(world.worker, 'reopen')).status).toBe(403);
    expect((await act(world.staff, 'reopen')).body.job.status).toBe('in-progress');
    const other = await createWorld(server);
    for (const one of [other.owner, other.worker]) expect((await act(one, 'complete')).status).toBe(404);
    expect((await act(world.staff, 'complete', 'nothing')).status).toBe(404);
    expect((await act(world.staff, 'destroy')).status).toBe(404);
  });

  it('[JOB-1] goes by what somebody is in this conversation, not by what they are elsewhere', async () => {
    const other = await createWorld(server);
    await world.rows(
      "INSERT INTO participants (conversation_id, account_id, role) VALUES ($1, $2, 'owner'), ($1, $3, 'worker')",
      [world.conversation, other.owner.id, other.client.id],
    );
    // Another agency's owner does the work here; so does somebody who is a client elsewhere.
    for (const one of [other.owner, other.client]) {
      expect((await act(one, 'cancel')).status).toBe(403);
      expect((await act(one, 'approve')).status).toBe(403);
    }
    expect((await act(other.owner, 'start')).status).toBe(200);
    expect((await act(other.client, 'complete')).status).toBe(200);
    expect((await act(other.client, 'approve')).status).toBe(403);
    expect((await act(other.owner, 'reopen')).status).toBe(403);
  });

  it('[JOB-2] a cancelled job closes sending with it', async () => {
    const { body } = await act(world.owner, 'cancel');
    expect(body).toMatchObject({ job: { status: 'cancelled' }, locks: ['closed'] });
    expect((await events()).at(-1)).toEqual({ type: 'locked', reason: 'closed', by: null });
  });
});
