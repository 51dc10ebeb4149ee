import { join } from 'node:path';

import { THREADS, type ThreadName } from '#shared/ids.ts';

import { contextOf } from '../storage/change-conversation.ts';
import type { Database, Transaction } from '../storage/database.ts';
import { lockDemo } from '../storage/history-rows.ts';
import { tellConversations } from '../storage/import-conversations.ts';
import { takeLease } from '../storage/import-rows.ts';
import { readDemo, type Demo, type DemoItem, type DemoPerson } from './demo-format.ts';
import { makePeople, type DemoAccounts } from './make-people.ts';
import { openConversations, type OpenedConversation } from './open-conversations.ts';
import { attachPhotos, keepPhotos, type Photo } from './photos.ts';
import { planThread, type ThreadPlan } from './plan-thread.ts';
import { historyOf } from './thread-history.ts';
import { writeReads } from './write-reads.ts';
import { writeThreads } from './write-threads.ts';

const DEMO_DIR = join(import.meta.dirname, '../../resources/demo');

export type SeededDemo = { agency: string; password: string; people: Omit<DemoPerson, 'id'>[]; added: number };

/**
 * Fills the demo agency: people who can sign in, and conversations whose times lie before `now`. What is there already (by
 * the agency's name, e-mail address and the conversation's external id) is left as it is, so a second run adds nothing.
 * Photos go to where uploaded files lie in `dataDir`.
 */
export async function seedDemo(
  db: Database,
  dataDir: string,
  now: number = Date.now(),
  demoDir: string = DEMO_DIR,
): Promise<SeededDemo> {
  const demo = await readDemo(demoDir);
  // Bytes first: a row may only speak of a file that is there.
  const photos = await keepPhotos(demo, dataDir);
  const added = await db.transact((tx) => seed(tx, demo, photos, now));
  return {
    agency: demo.agency,
    password: demo.password,
    people: demo.people.map(({ name, email, role }) => ({ name, email, role })),
    added,
  };
}

async function seed(tx: Transaction, demo: Demo, photos: ReadonlyMap<string, Photo>, now: number): Promise<number> {
  await lockDemo(tx);
  const accounts = await makePeople(tx, demo);
  const opened = await openConversations(tx, demo, accounts, now);
  if (opened.length === 0) return 0;
  const lease = await takeLease(tx);
  const plans: ThreadPlan[] = [];
  for (const one of opened) plans.push(...(await planConversation(tx, one, { accounts, photos, now, lease })));
  await writeThreads(tx, plans);
  await writeReads(tx, demo, opened, plans, accounts);
  await tellConversations(
    tx,
    opened.map(({ conversation }) => conversation),
  );
  return opened.length;
}

async function planConversation(
  tx: Transaction,
  { demo, conversation, documents }: OpenedConversation,
  { accounts, photos, now, lease }: { accounts: DemoAccounts; photos: ReadonlyMap<string, Photo>; now: number; lease: number },
): Promise<ThreadPlan[]> {
  const context = await contextOf(tx, conversation);
  const itemsOf: Record<ThreadName, DemoItem[]> = { all: demo.items, team: demo.team };
  const plans: ThreadPlan[] = [];
  for (const thread of THREADS) {
    const attached = await attachPhotos(tx, { conversation, thread }, itemsOf[thread], accounts, photos);
    const steps = historyOf(itemsOf[thread], {
      thread,
      now,
      accountOf: accounts.idOf,
      photosOf: (message) => attached.get(message) ?? [],
    });
    const planned = { documentId: documents[thread], conversation, thread, context, steps };
    plans.push(planThread(planned, lease));
  }
  return plans;
}
