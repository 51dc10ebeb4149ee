import { describe, expect, it } from 'vitest';

import type { Log, NotificationAct } from '#core/platform.ts';
import type { NotificationView } from '#shared/app-views.ts';

import { createNotifications, type SystemNotification } from './notifications.ts';
import { readActivation, toastXml } from './toast.ts';
import { shellWords } from './words.ts';

const words = shellWords('en');
const view = (id: string, over: Partial<NotificationView> = {}): NotificationView => ({
  id,
  conversation: 'c',
  thread: 'all',
  seq: 3,
  title: 'T',
  body: 'B',
  count: 1,
  quiet: false,
  actions: ['reply', 'read'],
  ...over,
});

function setUp(platform: NodeJS.Platform) {
  const made: { options: object; calls: string[]; tell: (event: string, ...rest: unknown[]) => void }[] = [];
  const acts: [string, NotificationAct][] = [];
  const removed: string[] = [];
  const refusals: string[] = [];
  const warnings: unknown[] = [];
  const log: Log = {
    info: () => undefined,
    warn: (event, fields) => void warnings.push([event, fields]),
    error: () => undefined,
  };
  const make = (options: { id?: string }): SystemNotification => {
    const listeners = new Map<string, (...rest: unknown[]) => void>();
    const calls: string[] = [];
    made.push({ options, calls, tell: (event, ...rest) => listeners.get(event)?.(...rest) });
    return {
      id: options.id ?? '',
      on: (event: string, listener: (...rest: never[]) => void) => listeners.set(event, listener as never),
      show: () => void calls.push('show'),
      close: () => void calls.push('close'),
    };
  };
  const remove = (ids: string[]): void => void removed.push(...ids);
  const notifications = createNotifications({
    platform,
    words,
    make,
    remove,
    onAct: (id, act) => void acts.push([id, act]),
    log,
  });
  const notify = (one: NotificationView): void => notifications.notify(one, (reason) => void refusals.push(reason));
  return { made, acts, removed, refusals, warnings, notifications, notify, make };
}

describe('notifications of the system', () => {
  it('[NOTIFY-1] take one place for each thread, grouped by conversation', () => {
    const linux = setUp('linux');
    linux.notify(view('a'));
    linux.notify(view('a', { title: '2 new messages' }));
    expect(linux.made.map(({ calls }) => calls)).toEqual([['show', 'close'], ['show']]);
    expect(linux.made[0]!.options).toEqual({ title: 'T', body: 'B', silent: false });
    // macOS replaces it by itself, and would show the older one's end.
    const mac = setUp('darwin');
    mac.notify(view('a'));
    mac.notify(view('a', { quiet: true }));
    expect(mac.made.map(({ calls }) => calls)).toEqual([['show'], ['show']]);
    expect(mac.made[1]!.options).toMatchObject({ id: 'a', groupId: 'c', silent: true });
  });

  it('[NOTIFY-2] can be clicked, and on macOS answered and marked as read', () => {
    const { made, acts, notify } = setUp('darwin');
    for (const id of ['a', 'b', 'd']) notify(view(id));
    expect(made[0]!.options).toMatchObject({ hasReply: true, actions: [{ type: 'button', text: 'Mark as read' }] });
    made[0]!.tell('click');
    made[1]!.tell('reply', { reply: 'On my way' });
    made[2]!.tell('action', { actionIndex: 0 });
    expect(acts).toEqual([
      ['a', { kind: 'open' }],
      ['b', { kind: 'reply', text: 'On my way' }],
      ['d', { kind: 'read' }],
    ]);
    notify(view('e', { actions: [] }));
    expect(made[3]!.options).toMatchObject({ hasReply: false, actions: [] });
  });

  it('[NOTIFY-2] on macOS, those of an earlier run still can', () => {
    const { made, acts, removed, notifications, make } = setUp('darwin');
    notifications.restore([make({ id: 'old' })]);
    made[0]!.tell('reply', { reply: 'yes' });
    expect(acts).toEqual([['old', { kind: 'reply', text: 'yes' }]]);
    notifications.withdraw(['older']);
    expect(removed).toEqual(['older']);
  });

  it('[NOTIFY-1] are taken away when read elsewhere, and only once', () => {
    const { made, notifications, notify } = setUp('linux');
    notify(view('a'));
    notify(view('b'));
    made[1]!.tell('close');
    notifications.withdraw(['a', 'b', 'unknown']);
    notifications.withdraw(['a']);
    expect(made.map(({ calls }) => calls)).toEqual([['show', 'close'], ['show']]);
  });

  it('[NOTIFY-3] that the system refuses are said, and noted without what they said', () => {
    const { made, refusals, warnings, notify } = setUp('darwin');
    notify(view('a'));
    made[0]!.tell('failed', {}, 'not allowed');
    expect(refusals).toEqual(['not allowed']);
    expect(warnings).toEqual([['notify.failed', { reason: 'not allowed' }]]);
  });

  it('[NOTIFY-1] don’t pile up without end', () => {
    const { made, notify } = setUp('linux');
    for (let n = 0; n < 105; n++) notify(view(String(n)));
    expect(made.filter(({ calls }) => calls.includes('close'))).toHaveLength(5);
    expect(made[4]!.calls).toContain('close');
  });
});

describe('Windows’ notifications', () => {
  it('[NOTIFY-2] say which they are, so that Windows can start the app with what was done', () => {
    const { made, acts, notify } = setUp('win32');
    notify(view('c/all'));
    const { toastXml: xml } = made[0]!.options as { toastXml: string };
    const argumentsOf = [...xml.matchAll(/(?:launch|arguments)="([^"]*)"/g)].map(([, text]) => text!.replaceAll('&amp;', '&'));
    expect(argumentsOf.map((text) => readActivation({ arguments: text, reply: 'yes' }))).toEqual([
      { id: 'c/all', act: { kind: 'open' } },
      { id: 'c/all', act: { kind: 'reply', text: 'yes' } },
      { id: 'c/all', act: { kind: 'read' } },
    ]);
    expect(readActivation({ arguments: argumentsOf[1]!, userInputs: { reply: 'no' } })?.act).toEqual({
      kind: 'reply',
      text: 'no',
    });
    // What was done comes by one way alone.
    made[0]!.tell('click');
    expect(acts).toEqual([]);
  });

  it('[NOTIFY-2] take what people wrote as text, whatever it is', () => {
    const xml = toastXml(view('a', { title: `<b a="1">&'`, body: 'x\u0000\u001B\uD800]]>', actions: [] }), words);
    expect(xml).toContain('<text>&lt;b a=&quot;1&quot;&gt;&amp;&apos;</text>');
    expect(xml).toContain('<text>x\uFFFD\uFFFD\uFFFD]]&gt;</text>');
    expect(xml).not.toContain('<actions>');
    for (const wrong of ['', 'act=open', 'id=a', 'id=a&act=delete', `act=open&id=${'x'.repeat(300)}`])
      expect(readActivation({ arguments: wrong })).toBeNull();
  });
});
