import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import type { QueuedWork, QueueItem } from '#shared/app-views.ts';
import type { UploadState } from '#shared/file-views.ts';
import type { MessageView } from '#shared/views.ts';

import { layOut, renderApp } from '../testing/render.tsx';

layOut();

type Attachment = MessageView['attachments'][number];
type Core = Awaited<ReturnType<typeof renderApp>>['core'];
const OFFLINE = { connection: { kind: 'offline', since: Date.now() - 60_000 } } as const;
const sentBy = (core: Core, command: string): unknown[] =>
  core.calls.filter((call) => call.command === command).map(({ input }) => input);

const openFirst = async (options: Parameters<typeof renderApp>[0] = {}): ReturnType<typeof renderApp> => {
  const all = await renderApp(options);
  fireEvent.click((await screen.findAllByRole('option'))[0]!);
  await screen.findByRole('textbox', { name: /^Message to/ });
  return all;
};
const composer = (): HTMLTextAreaElement => screen.getByRole('textbox', { name: /^Message to/ });
const write = (text: string): void => {
  const field = composer();
  field.focus();
  fireEvent.change(field, { target: { value: text } });
};

function waiting(work: QueuedWork, number: number, state: QueueItem['state'] = { kind: 'queued' }): QueueItem {
  const place = { conversation: 'c0', thread: 'all' as const, jobTitle: 'Kitchen sink' };
  return { key: `c0/w${number}`, work, ...place, sentAt: Date.now(), state };
}

/** The queue as it is shown, in which these wait and nothing else. */
async function queueOf(items: readonly QueueItem[], options: Parameters<typeof renderApp>[0] = {}) {
  const { app, core } = await renderApp(options);
  core.queued.push(...items);
  core.conversation('c0').items = core.conversation('c0').items.filter(({ seq }) => seq !== null);
  act(() => app.ui.getState().show('queue'));
  const dialog = await screen.findByRole('dialog');
  return { app, core, dialog, rows: () => within(dialog).findAllByTestId('queue-item') };
}

describe('the queue', () => {
  it('[SYNC-3] the bar opens the queue, which says what waits', async () => {
    await openFirst({ connection: { kind: 'offline', since: Date.now() - 60_000 } });
    fireEvent.click(screen.getByTestId('status-bar'));
    const dialog = await screen.findByRole('dialog');
    await waitFor(() => expect(within(dialog).getAllByTestId('queue-item')).toHaveLength(2));
    expect(within(dialog).getByRole('button', { name: 'Connect now' })).toBeTruthy();
    expect(within(dialog).getAllByText('Waits for the network')).toHaveLength(2);
  });

  it('[SYNC-3] what waits can be edited and taken out of the queue, and what failed be tried again together', async () => {
    const { core } = await openFirst({ connection: { kind: 'offline', since: Date.now() - 60_000 } });
    const failed = { kind: 'not-sent' as const, rule: 'mention' as const };
    act(() => {
      for (const key of ['c0/f1', 'c0/f2']) core.receive('c0', key, { key, seq: null, own: true, state: failed });
    });
    fireEvent.click(screen.getByTestId('status-bar'));
    const dialog = await screen.findByRole('dialog');
    const items = await within(dialog).findAllByTestId('queue-item');
    expect(items.map((item) => item.dataset['state'])).toEqual(['not-sent', 'not-sent', 'queued', 'queued']);
    fireEvent.click(within(dialog).getByRole('button', { name: 'Try all again' }));
    await waitFor(() => expect(sentBy(core, 'message.retry')).toMatchObject([{ key: 'c0/f2' }, { key: 'c0/f1' }]));
    fireEvent.click(within(items[3]!).getByRole('button', { name: 'Discard' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Discard reply' }));
    await waitFor(() => expect(sentBy(core, 'message.discard')).toEqual([{ key: 'c0/q2' }]));
    fireEvent.click(within(items[2]!).getByRole('button', { name: 'Edit' }));
    await waitFor(() => expect(composer().value).toContain('phone shop'));
    write('On my way to the shop.');
    fireEvent.keyDown(composer(), { key: 'Enter' });
    await waitFor(() => expect(sentBy(core, 'message.edit')).toMatchObject([{ of: 'c0/q1', text: 'On my way to the shop.' }]));
  });
});

describe('what waits besides messages', () => {
  const CHANGES: [QueuedWork, string][] = [
    [{ kind: 'edit', text: 'See you at ten.' }, 'Edit: See you at ten.'],
    [{ kind: 'remove' }, 'Remove a message'],
    [{ kind: 'react', emoji: '👍', on: true }, 'React with 👍'],
    [{ kind: 'react', emoji: '👍', on: false }, 'Take away the reaction 👍'],
    [{ kind: 'assign', to: 'Ben Cruz' }, 'Assign to \u2068Ben Cruz\u2069'],
    [{ kind: 'assign', to: null }, 'Assign to nobody'],
    [{ kind: 'label', name: 'Urgent', on: true }, 'Add the label “\u2068Urgent\u2069”'],
    [{ kind: 'label', name: 'Urgent', on: false }, 'Take away the label “\u2068Urgent\u2069”'],
    [{ kind: 'resolve', on: true }, 'Resolve'],
    [{ kind: 'resolve', on: false }, 'Open again'],
  ];

  it('[SYNC-3] is said in words, of which job it is, and can be taken back', async () => {
    const { core, rows } = await queueOf(
      CHANGES.map(([work], number) => waiting(work, number)),
      OFFLINE,
    );
    const shown = await rows();
    expect(shown.map((row) => row.querySelector('p')?.textContent)).toEqual(CHANGES.map(([, words]) => words));
    for (const row of shown) {
      expect(within(row).getByRole('button', { name: 'Open Kitchen sink' })).toBeTruthy();
      expect(within(row).getByText('Waits for the network')).toBeTruthy();
      // A change has no text of its own to take back into the composer.
      expect(within(row).queryByRole('button', { name: 'Edit' })).toBeNull();
    }
    fireEvent.click(within(shown[1]!).getByRole('button', { name: 'Discard' }));
    await waitFor(() => expect(sentBy(core, 'message.discard')).toEqual([{ key: 'c0/w1' }]));
  });

  it('[SYNC-3] says why it was not sent, and is tried again; what is on the wire can’t be called back', async () => {
    const { core, rows } = await queueOf([
      waiting({ kind: 'edit', text: 'Ten.' }, 1, { kind: 'not-sent', rule: 'not-author' }),
      waiting({ kind: 'remove' }, 2, { kind: 'sending' }),
      waiting({ kind: 'react', emoji: '🎉', on: true }, 3),
    ]);
    const [refused, sending, behind] = await rows();
    expect(within(refused!).getByText('Not sent: only its author can change it.')).toBeTruthy();
    fireEvent.click(within(refused!).getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(sentBy(core, 'message.retry')).toMatchObject([{ key: 'c0/w1' }]));
    expect(within(sending!).getByText('Sending')).toBeTruthy();
    expect(
      within(sending!)
        .getAllByRole('button')
        .map((button) => button.textContent),
    ).toEqual(['Kitchen sink']);
    expect(within(behind!).getByText('Waits for its turn')).toBeTruthy();
  });
});

const FILES = { hall: '018f0000-0000-7000-8000-000000000001', stairs: '018f0000-0000-7000-8000-000000000002' } as const;

function file(name: keyof typeof FILES, upload: UploadState | undefined, refused?: string): Attachment {
  const id = FILES[name];
  const is = { id, name: `${name}.jpg`, type: 'image/jpeg', bytes: 1_000_000, url: `/files/${id}` };
  return { ...is, ...(upload && { upload }), ...(refused !== undefined && { refused }) };
}

const message = (files: Attachment[], text = 'The photos'): QueueItem => waiting({ kind: 'message', text, files }, 1);

describe('files that wait', () => {
  it('[THREAD-5] [SYNC-3] hold their message back, and say how far they are', async () => {
    const item = message([file('hall', { kind: 'uploading', sent: 250_000 }), file('stairs', { kind: 'ready' })]);
    const { app, core, rows } = await queueOf([item]);
    const [row] = await rows();
    expect(within(row!).getByText('Goes out when its files are uploaded')).toBeTruthy();
    expect(within(row!).getByRole('progressbar', { name: /hall/ }).getAttribute('value')).toBe('0.25');
    expect(within(row!).getByText('1 MB · uploaded')).toBeTruthy();
    act(() => core.emit('status', { ...core.status, connection: { kind: 'offline', since: Date.now() } }));
    expect(await within(row!).findByText('Waits for the network')).toBeTruthy();
    expect(within(row!).getByText('25% · offline')).toBeTruthy();
    expect(app.status.getState().sync.connection.kind).toBe('offline');
  });

  it('[THREAD-5] [SYNC-3] without a text of its own, a message is named by them', async () => {
    const files = [file('hall', { kind: 'waiting' }), file('stairs', { kind: 'waiting' })];
    const { rows } = await queueOf([message(files, '')]);
    expect((await rows())[0]!.querySelector('p')?.textContent).toBe('2 files');
  });

  it('[THREAD-5] [SYNC-3] that nobody gets say why, and are taken out', async () => {
    const refused = file('stairs', undefined, 'This holds a virus. Nobody got it.');
    const { core, dialog } = await queueOf([]);
    const files = [file('hall', { kind: 'ready' }), refused];
    act(() =>
      core.receive('c0', 'Photos', { key: 'c0/p1', seq: null, own: true, state: { kind: 'queued' }, attachments: files }),
    );
    act(() => core.emit('status', { ...core.status, queued: 1 }));
    const row = await within(dialog).findByTestId('queue-item');
    expect(within(row).getByText('This holds a virus. Nobody got it.')).toBeTruthy();
    fireEvent.click(within(row).getByRole('button', { name: 'Take out stairs.jpg' }));
    await waitFor(() => expect(sentBy(core, 'message.withoutFile')).toEqual([{ key: 'c0/p1', file: FILES.stairs }]));
  });
});
