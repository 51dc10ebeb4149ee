import { describe, expect, it } from 'vitest';

import ar from './ar.json';
import arTold from './ar.told.json';
import en from './en.json';
import fil from './fil.json';
import filTold from './fil.told.json';

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, path = ''): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string' ? [[path + key, value] as const] : [...flat(value, `${path}${key}.`)],
    ),
  );
}

const english = flat(en);
const PLURAL = /_(?:zero|one|two|few|many|other)$/u;
const counted = new Set([...english.keys()].filter((key) => key.endsWith('_other')).map((key) => key.replace(PLURAL, '')));
const isCounted = (key: string): boolean => PLURAL.test(key) && counted.has(key.replace(PLURAL, ''));
/** The keys that a language must have: those of English, with its own plural forms. */
function keysFor(language: string): string[] {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const plain = [...english.keys()].filter((key) => !isCounted(key));
  return [...plain, ...[...counted].flatMap((key) => forms.map((form) => `${key}_${form}`))].toSorted();
}

const holes = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/gu)].map(([, name]) => name!).toSorted();

/** What English puts into any form of a key. */
function formsOf(key: string): string[] {
  const base = key.replace(PLURAL, '');
  return [`${base}_one`, `${base}_other`].flatMap((form) => holes(english.get(form) ?? ''));
}

/** Names, formats and words that people in the Philippines say in English, too. */
const SAME_IN_FILIPINO = new Set(
  (
    'app.name app.title app.titleUnread signIn.email signIn.password message.label upload.paused export.format view.inbox view.archived inbox.draft inbox.from inbox.more choice.label ' +
    'people.staff thread.region thread.announce message.reaction composer.team job.status status.online status.offline settings.title settings.open ' +
    'settings.password settings.server policies.names.Proxy policies.level.default shortcuts.settings emoji.title emoji.list ' +
    'palette.settingsOf export.pdf export.json export.thread.team'
  ).split(' '),
);
const SAME_IN_ARABIC = new Set(
  'app.name app.title app.titleUnread inbox.from thread.announce message.reaction export.pdf export.json'.split(' '),
);
const LANGUAGES = [
  { name: 'fil', words: flat(fil), told: filTold as Record<string, string>, same: SAME_IN_FILIPINO },
  { name: 'ar', words: flat(ar), told: arTold as Record<string, string>, same: SAME_IN_ARABIC },
];

describe.each(LANGUAGES)('the words of $name', ({ name, words, told, same }) => {
  it('[DESK-3] has every key, with its own plural forms, and no other', () => {
    expect([...words.keys()].toSorted()).toEqual(keysFor(name));
  });

  it('[DESK-3] says something with each, and the same things', () => {
    for (const [key, text] of words) {
      expect(text.trim(), key).not.toBe('');
      // Where a form says how many without a figure, the figure is left out.
      const asked = isCounted(key) ? [...formsOf(key), 'count'] : holes(english.get(key)!);
      const said = isCounted(key) ? [...holes(text), 'count'] : holes(text);
      expect([...new Set(said)].toSorted(), key).toEqual([...new Set(asked)].toSorted());
    }
  });

  it('[DESK-3] leaves nothing in English but what is the same there', () => {
    const left = [...words].filter(([key, text]) => text === english.get(key) && !same.has(key)).map(([key]) => key);
    expect(left).toEqual([]);
  });

  it('[DESK-3] has its own words for what the core says it could not do', () => {
    const said = sentences();
    expect(said.length).toBeGreaterThan(60);
    expect(said.filter((sentence) => !Object.hasOwn(told, sentence))).toEqual([]);
    for (const [sentence, own] of Object.entries(told)) expect(holes(own), sentence).toEqual(holes(sentence));
  });
});

/** Seen by whoever starts the app from a command line, before there is a page. */
const FOR_THE_TERMINAL = /--port|npm run|This profile (?:is already open|was written)/u;

/** What the core and its hosts throw as an `AppError`, as it stands in their code; `{{0}}`, `{{1}}` where it differs. */
function sentences(): string[] {
  const code = import.meta.glob<string>(
    [
      '../../core/**/*.ts',
      '../../main/**/*.ts',
      '../../node-host/**/*.ts',
      '../../shared/**/*.ts',
      '!../../**/*.test.ts',
      '!../../core/testing/**',
    ],
    { query: '?raw', import: 'default', eager: true },
  );
  const found = Object.values(code).flatMap((text) =>
    [...text.matchAll(/new AppError\(\s*'[a-z-]+',\s*(?:'([^']+)'|`([^`]+)`)/gu)].map(
      ([, plain, template]) => plain ?? template!,
    ),
  );
  return [...new Set(found)]
    .filter((sentence) => !FOR_THE_TERMINAL.test(sentence))
    .map((sentence) => {
      let number = 0;
      return sentence.replaceAll(/\$\{[^}]*\}/gu, () => `{{${number++}}}`);
    });
}
