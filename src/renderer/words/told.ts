import type { i18n } from 'i18next';

import type { SyncStatus } from '#shared/app-views.ts';
import { AppError } from '#shared/errors.ts';

import type { Connection } from '../connect.ts';

/**
 * The core and the server say in English sentences what they could not do. Each language has its own for them, by the
 * English one; `{{0}}`, `{{1}}` stand for what differs. What nobody has translated is shown as it was said.
 */
type Told = Readonly<Record<string, string>>;

const HOLE = /\{\{(\d)\}\}/gu;
const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/gu, '\\$&');

/** A sentence with holes as what matches it: `No server at {{0}}.` */
export function patternOf(sentence: string): RegExp {
  return new RegExp(
    `^${sentence
      .split(/\{\{\d\}\}/u)
      .map(escaped)
      .join('(.*?)')}$`,
    'su',
  );
}

function fill(sentence: string, parts: readonly string[]): string {
  return sentence.replaceAll(HOLE, (_hole, number: string) => parts[Number(number)] ?? '');
}

export function translate(message: string, told: Told): string {
  const plain = told[message];
  if (plain !== undefined) return plain;
  for (const [english, own] of Object.entries(told)) {
    if (!english.includes('{{')) continue;
    const match = patternOf(english).exec(message);
    // What stands in a hole may be such a sentence itself.
    if (match)
      return fill(
        own,
        match.slice(1).map((part) => told[part] ?? part),
      );
  }
  return message;
}

/** A sentence of the core or the server, in the language that is shown. */
export function inWords(message: string, words: i18n): string {
  for (const code of words.languages) {
    const told = words.getResourceBundle(code, 'told') as Told | undefined;
    if (told && code !== 'en') return translate(message, told);
  }
  return message;
}

/** The status, whose sentence about the disk is said in the language that is shown. */
export function statusInWords(status: SyncStatus, words: i18n): SyncStatus {
  return status.storage ? { ...status, storage: { ...status.storage, message: inWords(status.storage.message, words) } } : status;
}

/** The same connection, whose failures are said in the language that is shown. */
export function inOwnWords(connection: Connection, words: i18n): Connection {
  return {
    ...connection,
    send: (command, input) =>
      connection.send(command, input).catch((error: unknown) => {
        throw error instanceof AppError ? new AppError(error.code, inWords(error.message, words), error.details) : error;
      }),
  };
}
