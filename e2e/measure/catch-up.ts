import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import type { Page } from 'playwright';

import { PASSWORD } from '../harness/host.ts';
import type { Network } from '../harness/proxy.ts';
import { until } from '../harness/seeded.ts';
import type { App, History, World } from '../harness/world.ts';
import { longestTurn, watchPage } from './blocks.ts';
import type { Figures } from './figures.ts';

const EACH = 10;
const WITHIN_MS = 120_000;

/** So many messages come in while the app has no network: ten each in as many conversations as that takes. Then it gets one. */
export async function catchUp(
  waiting: number,
  { world, app, page, network, histories }: { world: World; app: App; page: Page; network: Network; histories: History[] },
  figures: Figures,
): Promise<void> {
  await network.cut();
  const grown = histories.slice(1, 1 + Math.ceil(waiting / EACH)).map(withMore);
  const file = join(app.folder, 'more.jsonl');
  await writeFile(file, grown.map((history) => JSON.stringify({ domain: 'test', ...history })).join('\n'));
  const store = new Database(storeOf(app.folder), { readonly: true });
  try {
    // An id says nothing of when a row came, and a search through texts would cost the app a core.
    const items = store.prepare('SELECT count(*) FROM items').pluck();
    const before = Number(items.get());
    const here = (): number => Number(items.get()) - before;
    await world.admin('import-conversations', file, '--agency', world.agency, '--sign-in', PASSWORD);
    await longestTurn(app.pid);
    const pageBlock = await watchPage(page);
    const from = performance.now();
    let first = 0;
    await network.mend();
    await until(
      `${waiting} messages are here`,
      () => {
        const count = here();
        if (first === 0 && count > 0) first = performance.now();
        return count >= grown.length * EACH;
      },
      WITHIN_MS,
    );
    const all = performance.now();
    figures.add('catch-up: until all are here', [all - from]);
    figures.add('catch-up: messages a second, from the first that came', [(waiting * 1_000) / (all - first)], '/s');
    figures.add('catch-up: longest block of the core', [await longestTurn(app.pid)]);
    figures.add('catch-up: longest block of the page', [await pageBlock()]);
  } finally {
    store.close();
  }
}

function withMore(history: History): History {
  const { sender, at } = history.messages.at(-1)!;
  const more = Array.from({ length: EACH }, (_, index) => ({
    sender,
    text: `waiting ${index}: the pipe in the kitchen leaks again, and nobody was here this morning (${history.id})`,
    at: new Date(Date.parse(at) + (index + 1) * 1_000).toISOString(),
  }));
  return { ...history, messages: [...history.messages, ...more] };
}

function storeOf(folder: string): string {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith('trialogue.db'));
  if (!found) throw new Error('the app has no database');
  return join(folder, found);
}
