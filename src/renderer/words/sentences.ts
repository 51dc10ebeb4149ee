import type { TFunction } from 'i18next';

import type { SyncStatus } from '#shared/app-views.ts';
import type { EventView, PersonView } from '#shared/views.ts';

import { moment } from './times.ts';

const lists = new Map<string, Intl.ListFormat>();

export function listNames(names: readonly string[], language: string): string {
  const list = lists.get(language) ?? new Intl.ListFormat(language, { type: 'conjunction' });
  lists.set(language, list);
  return list.format(names.map(isolate));
}

/** Keeps a name of another direction from turning the sentence around it. */
export function isolate(name: string): string {
  return `\u2068${name}\u2069`;
}

export function firstName(name: string): string {
  return name.trim().split(/\s+/u)[0] ?? name;
}

export function typingSentence(people: readonly Pick<PersonView, 'name'>[], t: TFunction): string {
  const [a, b] = people.map((person) => isolate(firstName(person.name)));
  if (a === undefined) return '';
  if (b === undefined) return t('typing.one', { a });
  return people.length === 2 ? t('typing.two', { a, b }) : t('typing.many', { a, b, count: people.length - 2 });
}

export function eventSentence(event: EventView['event'], people: readonly PersonView[], t: TFunction): string {
  const name = (id: string): string => {
    const person = people.find((candidate) => candidate.id === id);
    return person ? isolate(person.name) : t('common.somebody');
  };
  const by = event.by === null ? null : name(event.by);
  switch (event.type) {
    case 'conversation-created':
      return by === null ? t('event.conversation-created-nobody') : t('event.conversation-created', { by });
    case 'job-status': {
      const states = { from: t(`jobStatus.${event.from}`), to: t(`jobStatus.${event.to}`) };
      return by === null ? t('event.job-status-nobody', states) : t('event.job-status', { ...states, by });
    }
    case 'job-changed': {
      const [one, other] = event.what;
      const what = one && !other ? t(`event.job-field.${one}`) : t('event.job-field.several');
      return by === null ? t('event.job-changed-nobody', { what }) : t('event.job-changed', { by, what });
    }
    case 'joined':
    case 'left': {
      const who = name(event.account);
      return by === null || event.by === event.account
        ? t(`event.${event.type}`, { who })
        : t(`event.${event.type}-by`, { by, who });
    }
    case 'locked':
    case 'unlocked':
      return t(`event.${event.type}-${event.reason}`);
    case 'note':
      return isolate(event.text);
  }
}

export type StatusKind = 'online' | 'connecting' | 'offline' | 'signed-out' | 'disabled' | 'storage' | 'failing' | 'stopped';

/** What the core’s status is: what hurts most comes first. */
export function statusKind(status: SyncStatus): Exclude<StatusKind, 'stopped'> {
  if (status.storage) return 'storage';
  switch (status.connection.kind) {
    case 'signed-out':
      return status.connection.reason === 'account-disabled' ? 'disabled' : 'signed-out';
    case 'offline':
      return 'offline';
    case 'connecting':
      return 'connecting';
    case 'online':
      return status.notSent > 0 ? 'failing' : 'online';
  }
}

/** Longer than that nobody believes a reply to be on its way. */
const SLOW_MS = 15_000;

/** The line of the status bar; `null` while nothing needs a person. `onlineSince`: `Infinity` while it isn't. */
export function statusLine(
  status: SyncStatus,
  { now, onlineSince }: { now: number; onlineSince: number },
  t: TFunction,
  language: string,
): string | null {
  const parts: string[] = [];
  const { connection, storage } = status;
  if (storage) parts.push(storage.message);
  else if (connection.kind === 'offline') parts.push(t('status.offlineSince', { time: moment(connection.since, now, language) }));
  else if (connection.kind === 'signed-out')
    parts.push(connection.reason === 'account-disabled' ? t('status.disabledLine') : t('status.signedOutLine'));
  if (parts.length > 0 && !storage && status.queued > 0) parts.push(t('status.wait', { count: status.queued }));
  const stuckSince = Math.max(status.waitingSince ?? Infinity, onlineSince);
  if (connection.kind === 'online' && !storage && now - stuckSince > SLOW_MS)
    parts.push(t('status.slow', { count: status.queued }));
  if (!storage && status.notSent > 0) parts.push(t('status.notSent', { count: status.notSent }));
  return parts.length > 0 ? parts.join(' ') : null;
}

export function fileSize(bytes: number, language: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const power = bytes < 1_000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return (bytes / 1_000 ** power).toLocaleString(language, {
    style: 'unit',
    unit: units[power] ?? 'byte',
    // Short, English says “31 byte”.
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power > 1 ? 1 : 0,
  });
}

/** A limit as it is set, by 1,024s: never more than what is taken. */
export function mostSize(bytes: number, language: string): string {
  return Math.floor(bytes / 1024 / 1024).toLocaleString(language, { style: 'unit', unit: 'megabyte', unitDisplay: 'short' });
}
