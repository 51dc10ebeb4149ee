import { act, fireEvent, within } from '@testing-library/react';

import type { FakeOptions } from './fake-conversations.ts';
import { renderApp } from './render.tsx';

export type Opened = Awaited<ReturnType<typeof renderApp>>;

/** The app with everybody's thread of the first conversation open. */
export async function openThreadPage(options: Partial<FakeOptions> = {}): Promise<Opened> {
  // Longer than any test takes: none is to race with the clock.
  const all = await renderApp({ heldMs: 3_600_000, ...options });
  await act(() => all.app.thread.getState().open({ conversation: 'c0', thread: 'all' }));
  return all;
}

export const composer = (): HTMLTextAreaElement => document.querySelector<HTMLTextAreaElement>('#composer')!;
export const list = (): HTMLElement => document.querySelector<HTMLElement>('#thread-messages')!;
export const row = (key: string): HTMLElement => document.querySelector<HTMLElement>(`[data-key="${key}"]`)!;
export function write(text: string): void {
  composer().focus();
  fireEvent.change(composer(), { target: { value: text } });
}
export const press = (key: string, more = {}): boolean => fireEvent.keyDown(document.activeElement!, { key, ...more });
/** What the core was told with a command. */
export const sent = (core: Opened['core'], command: string): unknown[] =>
  core.calls.filter((call) => call.command === command).map((call) => call.input);
export const button = (name: string | RegExp, inside: HTMLElement = document.body): HTMLElement =>
  within(inside).getByRole('button', { name });
