import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { SearchResult } from '#shared/search-views.ts';

import { queueMessage } from '../outgoing.ts';
import { excerptOf, termsOf } from '../projection/words.ts';
import { putConversation } from '../storage/conversations.ts';
import { openStore, type Store } from '../storage/database.ts';
import { writeSession } from '../storage/session.ts';
import { CONVERSATION, ME, NOW, record, session } from '../testing/fake-server.ts';
import { temporaryFolder } from '../testing/test-platform.ts';
import { search } from './search-view.ts';

let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
beforeEach(() => {
  folder = temporaryFolder();
  store = openStore(folder.path);
  store.transact(() => {
    writeSession(store, session());
    putConversation(store, record(), ME);
  });
  const texts = [
    'The café is on the Résumé street',
    'Wann kommt der Installateur?',
    '我们明天下午修理厨房水龙头',
    'مرحبا متى يصل العامل',
    'พรุ่งนี้ช่างจะมา',
    'installation done',
  ];
  texts.forEach((text, index) =>
    queueMessage(store, { conversation: CONVERSATION, thread: 'all' }, { text, mentions: [], attachments: [] }, NOW + index),
  );
});
afterEach(() => {
  store.close();
  folder.remove();
});

function find(query: string): SearchResult {
  return search({ store, me: ME, sending: () => false, typing: () => [] }, query, 0, 30);
}
const texts = (query: string): string[] => find(query).messages.map((one) => one.excerpt.text);

describe('search', () => {
  it('[INBOX-3] finds Latin words by the beginning of the last one, without accents, newest first', () => {
    expect(texts('insta')).toEqual(['installation done', 'Wann kommt der Installateur?']);
    expect(texts('resume str')).toEqual(['The café is on the Résumé street']);
    expect(texts('caf street')).toEqual([]);
    const [hit] = find('résu').messages;
    expect(hit!.excerpt.marks.map(([from, to]) => hit!.excerpt.text.slice(from, to))).toEqual(['Résu']);
  });

  it('[INBOX-3] finds any substring of scripts without word breaks', () => {
    for (const part of ['我们', '下午修', '水龙头', '头']) expect(texts(part), part).toEqual(['我们明天下午修理厨房水龙头']);
    expect(texts('午下')).toEqual([]);
    expect(texts('ช่าง')).toEqual(['พรุ่งนี้ช่างจะมา']);
    const [hit] = find('厨房').messages;
    expect(hit!.excerpt.marks.map(([from, to]) => hit!.excerpt.text.slice(from, to))).toEqual(['厨房']);
  });

  it('[INBOX-3] finds Arabic words by their beginning', () => {
    expect(texts('مرح')).toEqual(['مرحبا متى يصل العامل']);
  });

  it('[INBOX-3] finds people and job titles anywhere in them, without accents', () => {
    for (const query of ['tap', 'kitch', 'zoe', 'mull', 'santos tap']) {
      expect(
        find(query).conversations.map((one) => one.conversation),
        query,
      ).toEqual([CONVERSATION]);
    }
    const [hit] = find('zoe').conversations;
    expect(hit!.people.marks.map(([from, to]) => hit!.people.text.slice(from, to))).toEqual(['Zoë']);
    expect(find('100%').conversations).toEqual([]);
  });

  it('[INBOX-3] takes anything that can be typed', () => {
    for (const query of ['', '"', 'a"b', '* OR', 'NEAR(', '-x', '你"', '🙂', '\u0000', "'; DROP TABLE items"])
      expect(() => find(query), query).not.toThrow();
  });

  it('[INBOX-3] a long text is cut around its first hit', () => {
    const excerpt = excerptOf(`${'lorem ipsum '.repeat(50)}needle ${'dolor sit '.repeat(50)}`, termsOf('needle'));
    expect(excerpt.text.length).toBeLessThan(170);
    expect(excerpt.marks.map(([from, to]) => excerpt.text.slice(from, to))).toEqual(['needle']);
  });
});
