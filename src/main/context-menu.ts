import type { ContextMenuParams, MenuItemConstructorOptions } from 'electron';

import type { ShellWords } from './words.ts';

export type ContextDeeds = {
  replaceWord: (word: string) => void;
  addWord: (word: string) => void;
  openLink: (url: string) => void;
  copyText: (text: string) => void;
  copyImage: (x: number, y: number) => void;
};

export type ContextAsked = Pick<
  ContextMenuParams,
  'x' | 'y' | 'isEditable' | 'selectionText' | 'misspelledWord' | 'dictionarySuggestions' | 'linkURL' | 'mediaType' | 'editFlags'
>;

const SUGGESTIONS = 5;

/** The menu where the page has none of its own: for text fields, for what is selected, links and pictures. Empty: nothing to offer. */
export function contextTemplate(asked: ContextAsked, words: ShellWords, deeds: ContextDeeds): MenuItemConstructorOptions[] {
  const groups = [spelling(asked, words, deeds), link(asked, words, deeds), image(asked, words, deeds), editing(asked, words)];
  return groups
    .filter((group) => group.length > 0)
    .flatMap((group, index) => (index === 0 ? group : [{ type: 'separator' as const }, ...group]));
}

function spelling(asked: ContextAsked, words: ShellWords, deeds: ContextDeeds): MenuItemConstructorOptions[] {
  const { isEditable, misspelledWord: word, dictionarySuggestions } = asked;
  if (!isEditable || word === '') return [];
  const suggestions = dictionarySuggestions.slice(0, SUGGESTIONS);
  return [
    ...suggestions.map((suggestion) => ({ label: suggestion, click: () => deeds.replaceWord(suggestion) })),
    ...(suggestions.length === 0 ? [{ label: words.noSuggestion, enabled: false }] : []),
    { label: words.addWord, click: () => deeds.addWord(word) },
  ];
}

/** Addresses of the app itself are nobody's to copy. */
function link({ linkURL }: ContextAsked, words: ShellWords, deeds: ContextDeeds): MenuItemConstructorOptions[] {
  if (!/^(https?|mailto|tel):/i.test(linkURL)) return [];
  return [
    { label: words.openLink, click: () => deeds.openLink(linkURL) },
    { label: words.copyLink, click: () => deeds.copyText(linkURL) },
  ];
}

function image({ mediaType, x, y }: ContextAsked, words: ShellWords, deeds: ContextDeeds): MenuItemConstructorOptions[] {
  return mediaType === 'image' ? [{ label: words.copyImage, click: () => deeds.copyImage(x, y) }] : [];
}

function editing({ isEditable, selectionText, editFlags }: ContextAsked, words: ShellWords): MenuItemConstructorOptions[] {
  if (!isEditable) return selectionText.trim() === '' ? [] : [{ role: 'copy', label: words.copy }];
  return [
    { role: 'cut', label: words.cut, enabled: editFlags.canCut },
    { role: 'copy', label: words.copy, enabled: editFlags.canCopy },
    { role: 'paste', label: words.paste, enabled: editFlags.canPaste },
    { role: 'pasteAndMatchStyle', label: words.pastePlain, enabled: editFlags.canPaste },
    { type: 'separator' },
    { role: 'selectAll', label: words.selectAll, enabled: editFlags.canSelectAll },
  ];
}
