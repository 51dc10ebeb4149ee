import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';

import { layOut, renderApp } from '../testing/render.tsx';

layOut();

it('[THREAD-2] what was sent is no draft any more, also when the caret moved with the key that sent it', async () => {
  const { core } = await renderApp();
  fireEvent.click((await screen.findAllByRole('option'))[0]!);
  const field: HTMLTextAreaElement = await screen.findByRole('textbox', { name: /^Message to/ });
  field.focus();
  fireEvent.keyDown(field, { key: 's' });
  fireEvent.change(field, { target: { value: 'sent already' } });
  // The next key comes before the last one was let go: the browser tells of both, the caret and the key.
  field.setSelectionRange(12, 12);
  fireEvent.keyDown(field, { key: 'Enter' });
  await waitFor(() => expect(core.calls.some((call) => call.command === 'message.send')).toBe(true));
  fireEvent.blur(field);
  const drafts = core.calls.filter((call) => call.command === 'draft.set');
  expect(drafts.at(-1)?.input).toMatchObject({ text: '' });
});
