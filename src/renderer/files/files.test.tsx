import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { UploadState, UploadView } from '#shared/file-views.ts';
import { LIMITS } from '#shared/limits.ts';

import { layOut, renderApp } from '../testing/render.tsx';

layOut();

const FILE_ID = '0190b6a0-0000-7000-8000-00000000000a';

type Core = Awaited<ReturnType<typeof renderApp>>['core'];

const view = (id: string, name: string, state: UploadState = { kind: 'waiting' }, message: string | null = null): UploadView => ({
  id,
  name,
  type: name.endsWith('.png') ? 'image/png' : 'text/plain',
  bytes: 2_000,
  url: `/files/${id}`,
  state,
  message,
});

/** The host: answers as it would, and remembers what it got. */
let posted: { query: URLSearchParams; size: number }[];
beforeEach(() => {
  posted = [];
  vi.stubGlobal('createImageBitmap', async () => ({ width: 640, height: 480, close: () => undefined }));
  vi.stubGlobal('fetch', async (url: string, init: { body: File }) => {
    const query = new URLSearchParams(url.split('?')[1]);
    posted.push({ query, size: init.body.size });
    const name = query.get('name')!;
    if (name === 'full.txt') {
      return Response.json({ error: { code: 'storage-full', message: 'The disk is full.' } }, { status: 507 });
    }
    return Response.json({ file: view(`id-${name}`, name) }, { status: 201 });
  });
});
afterEach(() => vi.unstubAllGlobals());

async function open(): Promise<Awaited<ReturnType<typeof renderApp>>> {
  const made = await renderApp();
  fireEvent.click((await screen.findAllByRole('option'))[0]!);
  await screen.findByRole('region', { name: 'Messages' });
  await waitFor(() => expect(made.app.thread.getState().shown.kind).toBe('open'));
  return made;
}
const file = (name: string, type = 'text/plain', bytes = 5): File => new File(['x'.repeat(bytes)], name, { type });
const pick = (...files: File[]): void => {
  fireEvent.change(screen.getByTestId('file-input'), { target: { files } });
};
const strip = (): HTMLElement => screen.getByRole('list', { name: 'Files to send' });
const tell = (core: Core, files: UploadView[], thread: 'all' | 'team' = 'all'): void =>
  act(() => core.emit('files.changed', { conversation: 'c0', thread, files }));
const drag = (type: string, files: File[] = []): void => {
  fireEvent(
    window,
    Object.assign(new Event(type, { bubbles: true, cancelable: true }), {
      dataTransfer: { types: ['Files'], files, dropEffect: '' },
    }),
  );
};

describe('files in the composer', () => {
  it('[THREAD-5] are picked, many at once, and go with the next message, in their order', async () => {
    const { core } = await open();
    pick(file('a.txt'), file('b.png', 'image/png'));
    await waitFor(() => expect(within(strip()).getAllByTestId('draft-file')).toHaveLength(2));
    expect(posted.map(({ query, size }) => [query.get('conversation'), query.get('thread'), query.get('name'), size])).toEqual([
      ['c0', 'all', 'a.txt', 5],
      ['c0', 'all', 'b.png', 5],
    ]);
    expect(posted[1]?.query.get('width')).toBe('640');
    expect(strip().querySelector('img')?.getAttribute('src')).toBe('/files/id-b.png');
    fireEvent.click(screen.getByRole('button', { name: 'Send' }));
    await waitFor(() => expect(core.calls.some((call) => call.command === 'message.send')).toBe(true));
    expect(core.calls.find((call) => call.command === 'message.send')?.input).toMatchObject({
      text: '',
      files: ['id-a.txt', 'id-b.png'],
    });
    expect(screen.queryByRole('list', { name: 'Files to send' })).toBeNull();
  });

  it('[THREAD-5] that are still being added when one presses Enter go along', async () => {
    const { core } = await open();
    pick(file('a.txt'));
    const field = screen.getByRole('textbox', { name: /^Message to/ });
    fireEvent.change(field, { target: { value: 'with it' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() =>
      expect(core.calls.find((call) => call.command === 'message.send')?.input).toMatchObject({
        text: 'with it',
        files: ['id-a.txt'],
      }),
    );
  });

  it('[THREAD-5] show how far they are, are taken out by keyboard, and the focus stays near', async () => {
    const { core, app } = await open();
    const files = [view('1', 'a.txt', { kind: 'uploading', sent: 500 }), view('2', 'b.txt', { kind: 'ready' })];
    core.conversation('c0').draftAround = { ...core.conversation('c0').draftAround, files };
    tell(core, files);
    await waitFor(() => expect(screen.getByRole('progressbar', { name: /a\.txt/ }).getAttribute('value')).toBe('0.25'));
    expect(within(strip()).getByText(/25/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Take out a.txt' }));
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Take out b.txt' }));
    await waitFor(() => expect(app.files.getState().files.map((one) => one.id)).toEqual(['2']));
  });

  it('[THREAD-5] that can’t be taken are said with the reason, before anything is uploaded, and the others stay', async () => {
    await open();
    const large = file('film.mp4', 'video/mp4');
    Object.defineProperty(large, 'size', { value: LIMITS.attachmentBytes + 1 });
    pick(large, file('run.exe'), file('full.txt'), file('good.txt'));
    const alert = await screen.findByText(/up to 25 MB/);
    expect(alert.closest('[role=alert]')).toBeTruthy();
    expect(await screen.findByText(/Programs and scripts/)).toBeTruthy();
    expect(await screen.findByText(/The disk is full/)).toBeTruthy();
    await waitFor(() => expect(within(strip()).getAllByTestId('draft-file')).toHaveLength(1));
    expect(posted.map(({ query }) => query.get('name'))).toEqual(['full.txt', 'good.txt']);
  });

  it('[THREAD-5] that were refused keep the message back until they are taken out or tried again', async () => {
    const { core } = await open();
    const files = [view('1', 'a.txt', { kind: 'refused', message: 'A virus was found.' })];
    core.conversation('c0').draftAround = { ...core.conversation('c0').draftAround, files };
    tell(core, files);
    expect((await screen.findByText(/A virus was found/)).closest('[role=alert]')).toBeTruthy();
    const field = screen.getByRole('textbox', { name: /^Message to/ });
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(await screen.findByText(/Take it out, then send/)).toBeTruthy();
    expect(core.calls.some((call) => call.command === 'message.send')).toBe(false);
    fireEvent.click(screen.getByRole('button', { name: 'Try a.txt again' }));
    await waitFor(() => expect(screen.queryByText(/A virus was found/)).toBeNull());
  });

  it('[THREAD-5] are dropped anywhere on the window, which says to whom they go', async () => {
    await open();
    drag('dragenter');
    expect(await screen.findByText(/Drop to add to your message to/)).toBeTruthy();
    drag('drop', [file('a.txt')]);
    await waitFor(() => expect(within(strip()).getAllByTestId('draft-file')).toHaveLength(1));
    expect(screen.queryByTestId('drop-zone')).toBeNull();
  });

  it('[THREAD-9] dropped on the notes are said to be for the agency alone', async () => {
    const { app } = await open();
    await act(() => app.thread.getState().open({ conversation: 'c0', thread: 'team' }));
    drag('dragenter');
    expect((await screen.findByTestId('drop-zone')).dataset['team']).toBe('true');
    expect(within(screen.getByTestId('drop-zone')).getByText(/Only .*Harbor Home Services.* sees this/)).toBeTruthy();
    drag('drop', [file('a.txt')]);
    await waitFor(() => expect(posted[0]?.query.get('thread')).toBe('team'));
  });

  it('[THREAD-5] are not taken where nobody can write', async () => {
    const { app } = await open();
    await act(() => app.thread.getState().open({ conversation: 'c4', thread: 'all' }));
    drag('dragenter');
    expect(within(await screen.findByTestId('drop-zone')).getByText(/no files can be added/)).toBeTruthy();
    drag('drop', [file('a.txt')]);
    expect(posted).toEqual([]);
  });

  it('[THREAD-5] are pasted, and a photo without a name gets one; text beside it stays text', async () => {
    await open();
    const field = screen.getByRole('textbox', { name: /^Message to/ });
    const paste = (types: string[], files: File[]): boolean =>
      fireEvent(
        field,
        Object.assign(new Event('paste', { bubbles: true, cancelable: true }), { clipboardData: { types, files } }),
      );
    expect(paste(['text/plain', 'Files'], [file('image.png', 'image/png')])).toBe(true);
    expect(posted).toEqual([]);
    expect(paste(['Files'], [file('image.png', 'image/png')])).toBe(false);
    await waitFor(() => expect(posted[0]?.query.get('name')).toMatch(/^Pasted image \d{4}-.*\.png$/));
  });

  it('[THREAD-5] progress in a message that waits draws nothing else anew', async () => {
    const { core, app } = await open();
    const sending = view(FILE_ID, 'a.txt', { kind: 'uploading', sent: 100 }, 'me/1');
    const { shown } = app.thread.getState();
    const last = shown.kind === 'open' ? shown.items.findLast((item) => item.kind === 'message') : undefined;
    const { state: upload, message: _message, ...attachment } = sending;
    act(() =>
      core.tell('c0', [
        {
          ...(last as object),
          kind: 'message',
          key: 'me/1',
          seq: null,
          own: true,
          removed: false,
          attachments: [{ ...attachment, upload }],
          state: { kind: 'queued' },
        } as never,
      ]),
    );
    await waitFor(() => expect(screen.getByRole('progressbar', { name: /a\.txt/ }).getAttribute('value')).toBe('0.05'));
    const before = app.thread.getState().shown;
    tell(core, [{ ...sending, state: { kind: 'uploading', sent: 1_000 } }]);
    await waitFor(() => expect(screen.getByRole('progressbar', { name: /a\.txt/ }).getAttribute('value')).toBe('0.5'));
    expect(app.thread.getState().shown).toBe(before);
  });

  it('[THREAD-5] a message that was not sent for a file can be sent without it', async () => {
    const { core, app } = await open();
    const { shown } = app.thread.getState();
    const last = shown.kind === 'open' ? shown.items.findLast((item) => item.kind === 'message') : undefined;
    const { state: _state, message: _message, ...attachment } = view(FILE_ID, 'a.txt');
    act(() =>
      core.tell('c0', [
        {
          ...(last as object),
          kind: 'message',
          key: 'me/1',
          seq: null,
          own: true,
          removed: false,
          text: 'look',
          attachments: [
            { ...attachment, refused: 'A virus was found.', upload: { kind: 'refused', message: 'A virus was found.' } },
          ],
          state: { kind: 'not-sent', rule: 'attachment' },
        } as never,
      ]),
    );
    expect(await screen.findByText('A virus was found.')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Send without it' }));
    await waitFor(() =>
      expect(core.calls.find((call) => call.command === 'message.retry')?.input).toMatchObject({
        key: 'me/1',
        without: [FILE_ID],
      }),
    );
  });
});
