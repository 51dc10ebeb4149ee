import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import { AppError } from '#shared/errors.ts';
import type { DraftNews, MessageView } from '#shared/views.ts';

import { layOut } from '../testing/render.tsx';
import { composer, openThreadPage, sent, write, type Opened } from '../testing/thread-page.tsx';

layOut();

const click = (name: string): boolean => fireEvent.click(screen.getByRole('button', { name }));

/** Another device wrote this draft. */
function tell({ core }: Opened, text: string, shared: Partial<DraftNews['shared']> = {}): void {
  const news = { conversation: 'c0', thread: 'all' as const, text, mentions: [], replyTo: null };
  core.emit('draft.changed', { ...news, shared: { adopted: 7, aside: null, filesElsewhere: 0, ...shared } });
}

it('[THREAD-3] what another device writes stands in the field, and what is written here says that it knew it', async () => {
  const all = await openThreadPage();
  tell(all, 'begun at the desk', { filesElsewhere: 2 });
  await waitFor(() => expect(composer().value).toBe('begun at the desk'));
  expect(screen.getByText(/^2 files of this draft are on other devices/)).toBeTruthy();
  write('begun at the desk, ended here');
  fireEvent.blur(composer());
  await waitFor(() =>
    expect(sent(all.core, 'draft.set').at(-1)).toMatchObject({ text: 'begun at the desk, ended here', over: 7, aside: 'keep' }),
  );
  tell(all, '', { adopted: 9 });
  await waitFor(() => expect(composer().value).toBe(''));
});

it('[THREAD-3] under the hands of who is writing nothing changes; other words wait beside it until they are added or thrown away', async () => {
  const all = await openThreadPage();
  write('typing');
  tell(all, 'from the laptop');
  await screen.findByRole('textbox', { name: /Message to/ });
  fireEvent.blur(composer());
  await waitFor(() => expect(sent(all.core, 'draft.set').at(-1)).toMatchObject({ text: 'typing', over: 0 }));
  expect(composer().value).toBe('typing');
  tell(all, 'typing', { adopted: 0, aside: 'from the laptop' });
  const aside = await screen.findByTestId('draft-aside');
  expect(aside.textContent).toContain('from the laptop');
  click('Add to the draft');
  expect(composer().value).toBe('typing\nfrom the laptop');
  await waitFor(() =>
    expect(sent(all.core, 'draft.set').at(-1)).toMatchObject({ text: 'typing\nfrom the laptop', aside: 'drop' }),
  );
  expect(screen.queryByTestId('draft-aside')).toBeNull();
  tell(all, 'typing', { adopted: 0, aside: 'once more' });
  await screen.findByTestId('draft-aside');
  click('Throw away');
  expect(composer().value).toBe('typing\nfrom the laptop');
  await waitFor(() => expect(sent(all.core, 'draft.set').at(-1)).toMatchObject({ aside: 'drop' }));
});

it('[SYNC-2] a draft leaves the disk only once its message is taken, and is kept again as soon as there is room', async () => {
  const all = await openThreadPage();
  write('Important');
  fireEvent.blur(composer());
  await waitFor(() => expect(sent(all.core, 'draft.set').at(-1)).toMatchObject({ text: 'Important' }));
  all.core.failures.set('message.send', new AppError('storage-full', 'The disk is full.'));
  composer().focus();
  fireEvent.keyDown(composer(), { key: 'Enter' });
  expect((await screen.findByRole('alert')).textContent).toBe('Not sent: The disk is full. Your text is still here.');
  expect(sent(all.core, 'draft.set').some((draft) => (draft as { text: string }).text === '')).toBe(false);
  all.core.emit('status', { ...all.core.status, storage: { code: 'storage-full', message: 'The disk is full.' } });
  await waitFor(() => expect(all.app.status.getState().sync.storage).not.toBeNull());
  const before = sent(all.core, 'draft.set').length;
  all.core.emit('status', { ...all.core.status, storage: null });
  await waitFor(() => expect(sent(all.core, 'draft.set').length).toBeGreaterThan(before));
  expect(sent(all.core, 'draft.set').at(-1)).toMatchObject({ text: 'Important' });
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
});

const fileId = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const FILE = { id: fileId(1), name: 'plan.txt', type: 'text/plain', bytes: 10, url: '/files/f1' };
it('[THREAD-5] a file is taken out of a message that waits; where nothing else is in it, it is asked first', async () => {
  const all = await openThreadPage({ connection: { kind: 'offline', since: 0 } });
  const said = all.core.conversation('c0').items.findLast((item) => item.kind === 'message')!;
  const waiting: MessageView = { ...said, own: true, seq: null, state: { kind: 'queued' } };
  const only = { ...FILE, id: fileId(2), name: 'only.txt', url: '/files/f2' };
  all.core.tell('c0', [
    { ...waiting, key: 'c0/w1', text: 'with words', attachments: [FILE] },
    { ...waiting, key: 'c0/w2', text: '', attachments: [only] },
  ]);
  fireEvent.click(await screen.findByRole('button', { name: 'Take out plan.txt' }));
  await waitFor(() => expect(sent(all.core, 'message.withoutFile')).toMatchObject([{ file: fileId(1) }]));
  fireEvent.click(screen.getByRole('button', { name: 'Take out only.txt' }));
  const question = await screen.findByRole('alertdialog');
  expect(sent(all.core, 'message.withoutFile')).toHaveLength(1);
  fireEvent.click(within(question).getByRole('button', { name: 'Discard reply' }));
  await waitFor(() => expect(sent(all.core, 'message.withoutFile')).toMatchObject([{ file: fileId(1) }, { file: fileId(2) }]));
});

it('[THREAD-4] whom a mention does not reach is said below the message', async () => {
  const all = await openThreadPage();
  all.core.receive('c0', '@Ben look', { own: true, unreached: ['Ben Cruz'] });
  expect((await screen.findByTestId('unreached')).textContent).toBe(
    '\u2068Ben Cruz\u2069 can’t sign in to this conversation and will not be told.',
  );
});
