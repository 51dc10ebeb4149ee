import '@fontsource-variable/inter';
import './theme.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';

import { formatTag } from '#shared/languages.ts';

import { App } from './App.tsx';
import type { Connection } from './connect.ts';
import { createWords } from './i18n.ts';
import { createApp, type App as AppStores } from './state/app.ts';
import { inOwnWords } from './words/told.ts';

/** Draws the app over one connection into the page. */
export function mount(connection: Connection): AppStores {
  // The page's policy forbids the code that zod would generate.
  z.config({ jitless: true });
  const root = document.getElementById('root');
  if (!root) throw new Error('the page has no #root');
  const words = createWords(formatTag('en', navigator.languages));
  const app = createApp(inOwnWords(connection, words));
  createRoot(root).render(
    <StrictMode>
      <App app={app} words={words} />
    </StrictMode>,
  );
  return app;
}
