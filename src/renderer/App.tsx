import { CSPProvider } from '@base-ui/react/csp-provider';
import { DirectionProvider } from '@base-ui/react/direction-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import type { i18n } from 'i18next';
import { useEffect, type ReactElement } from 'react';
import { I18nextProvider, useTranslation } from 'react-i18next';

import { directionOf } from '#shared/languages.ts';

import { Frame } from './frame/Frame.tsx';
import { StatusBar } from './frame/StatusBar.tsx';
import { SignInScreen } from './sign-in/SignIn.tsx';
import { AppContext, useSlice, type App as AppStores } from './state/app.ts';
import { listen } from './state/listen.ts';
import { useLanguage } from './use-language.ts';

function Screens({ ready }: { ready: boolean }): ReactElement {
  const { t } = useTranslation();
  const phase = useSlice('session', (state) => state.phase.kind);
  const channel = useSlice('status', (state) => state.channel);
  if (ready && phase === 'signed-in') return <Frame />;
  if (ready && phase === 'signed-out') return <SignInScreen />;
  return (
    <main className="flex h-full flex-col bg-n2">
      <h1 className="sr-only">{t('app.name')}</h1>
      {channel === 'lost' || channel === 'ended' ? <StatusBar /> : <p className="sr-only">{t('app.starting')}</p>}
    </main>
  );
}

/** Title and theme of the document, which lie outside of what React draws. */
function DocumentState(): null {
  const { t } = useTranslation();
  const badge = useSlice('status', (state) => state.badge);
  const theme = useSlice('session', (state) => state.settings.theme);
  useEffect(() => {
    document.title = badge > 0 ? t('app.titleUnread', { count: badge }) : t('app.title');
  }, [badge, t]);
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return null;
}

export function App({ app, words }: { app: AppStores; words: i18n }): ReactElement {
  useEffect(() => listen(app, window), [app]);
  const { language, ready } = useLanguage(app, words);
  return (
    <I18nextProvider i18n={words}>
      <CSPProvider disableStyleElements>
        <DirectionProvider direction={directionOf(language)}>
          <Tooltip.Provider delay={400}>
            <AppContext value={app}>
              <DocumentState />
              <Screens ready={ready} />
            </AppContext>
          </Tooltip.Provider>
        </DirectionProvider>
      </CSPProvider>
    </I18nextProvider>
  );
}
