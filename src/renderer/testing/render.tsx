import { act, cleanup, configure, render, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, vi } from 'vitest';

import { App } from '../App.tsx';
import { createConnection } from '../connect.ts';
import { createWords } from '../i18n.ts';
import { createApp, type App as AppStores } from '../state/app.ts';
import type { FakeOptions } from './fake-conversations.ts';
import { FakeCore } from './fake-core.ts';

/** happy-dom lays nothing out: rows of lists get a height, and everything else that of a window. */
export function layOut(): void {
  // What is waited for comes for sure; how soon on a busy machine is no test's business.
  configure({ asyncUtilTimeout: 20_000 });
  beforeEach(() => {
    vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockImplementation(function height(this: HTMLElement) {
      return 'index' in this.dataset ? 64 : 800;
    });
    vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(600);
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(4_000);
    vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(600);
    vi.spyOn(document, 'hasFocus').mockReturnValue(true);
  });
  afterEach(() => {
    cleanup();
    vi.restoreAllMocks();
    localStorage.clear();
  });
}

/** The whole app over a fake core, once it shows its first screen. */
export async function renderApp(options: Partial<FakeOptions> = {}): Promise<{ core: FakeCore; app: AppStores }> {
  const core = new FakeCore({ conversations: 12, ...options });
  const app = createApp(createConnection({ open: () => Promise.resolve(core.open()), again: true }));
  render(<App app={app} words={createWords('en')} />);
  await waitFor(() => {
    if (app.session.getState().phase.kind === 'starting') throw new Error('still starting');
  });
  // What listens to keys is there once the first screen’s effects are.
  await act(() => Promise.resolve());
  return { core, app };
}
