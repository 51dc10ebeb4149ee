import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import type { ContactFilter } from '#shared/contact-details.ts';

import { SESSION } from '../testing/fake-core.ts';
import { layOut, renderApp } from '../testing/render.tsx';

layOut();

type Core = Awaited<ReturnType<typeof renderApp>>['core'];

async function openWith(contactFilter: ContactFilter): Promise<{ core: Core; field: HTMLElement }> {
  const { core, app } = await renderApp();
  fireEvent.click((await screen.findAllByRole('option'))[0]!);
  const field = await screen.findByRole('textbox', { name: /^Message to/ });
  act(() => core.emit('session', { session: { ...SESSION, contactFilter } }));
  await waitFor(() => expect(app.session.getState().phase).toMatchObject({ session: { contactFilter } }));
  return { core, field };
}
const sent = (core: Core): number => core.calls.filter(({ command }) => command === 'message.send').length;
const button = (): HTMLButtonElement => screen.getByRole('button', { name: 'Send' });

describe('contact details in the composer', () => {
  it('[FILTER-3] are not sent where the agency blocks them, with what to do, until they are taken out', async () => {
    const { core, field } = await openWith('block');
    fireEvent.change(field, { target: { value: 'call 0917 123 4567' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(await screen.findByText(/does not allow them here: take it out to send/)).toBeTruthy();
    expect(button().disabled).toBe(true);
    expect(sent(core)).toBe(0);
    fireEvent.change(field, { target: { value: 'call the office' } });
    expect(screen.queryByText(/does not allow them/)).toBeNull();
    fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() => expect(sent(core)).toBe(1));
  });

  it('[FILTER-3] are warned about before they are sent where the agency warns', async () => {
    const { core, field } = await openWith('warn');
    fireEvent.change(field, { target: { value: 'me@example.com' } });
    expect(await screen.findByText(/Everyone in this conversation will see it/)).toBeTruthy();
    expect(button().disabled).toBe(false);
    fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() => expect(sent(core)).toBe(1));
  });

  it('[FILTER-3] are nobody’s business where the filter is off', async () => {
    const { core, field } = await openWith('off');
    fireEvent.change(field, { target: { value: 'call 0917 123 4567' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() => expect(sent(core)).toBe(1));
    expect(screen.queryByText(/looks like an e-mail address/)).toBeNull();
  });
});
