import type { CSSProperties, ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { ExportDialog } from '../export/ExportDialog.tsx';
import { DropZone } from '../files/DropZone.tsx';
import { InboxPane } from '../inbox/InboxPane.tsx';
import { PaletteDialog } from '../palette/PaletteDialog.tsx';
import { useRecent } from '../palette/use-recent.ts';
import { SettingsDialog } from '../settings/SettingsDialog.tsx';
import { useSlice } from '../state/app.ts';
import { CannedDialog } from '../thread/CannedDialog.tsx';
import { ThreadPane } from '../thread/ThreadPane.tsx';
import { Tour } from '../tour/Tour.tsx';
import { AssignDialog } from '../work/AssignDialog.tsx';
import { LabelDialog } from '../work/LabelDialog.tsx';
import { SnoozeDialog } from '../work/SnoozeDialog.tsx';
import { UndoToast } from '../work/UndoToast.tsx';
import { PoliciesDialog } from './PoliciesDialog.tsx';
import { QueueDialog } from './QueueDialog.tsx';
import { Rail } from './Rail.tsx';
import { ShortcutsDialog } from './ShortcutsDialog.tsx';
import { SignInDialog, SignOutDialog } from './SignOutDialog.tsx';
import { useNotifications } from './use-notifications.ts';
import { useShortcuts } from './use-shortcuts.ts';
import { useViewState } from './use-view-state.ts';

export function Frame(): ReactElement {
  const { t } = useTranslation();
  const width = useSlice('ui', (state) => state.inboxWidth);
  const threadShown = useSlice('thread', (state) => state.shown.kind !== 'none');
  const searching = useSlice('ui', (state) => state.search);
  useShortcuts();
  useViewState();
  useNotifications();
  useRecent();
  const inTurn = threadShown && !searching;
  return (
    <div className="flex h-full overflow-hidden" style={{ '--inbox-width': `${width}px` } as CSSProperties}>
      <Rail />
      <main className="flex min-w-0 flex-1">
        <h1 className="sr-only">{t('app.name')}</h1>
        <div className={`inbox-pane relative flex min-h-0 shrink-0 flex-col ${inTurn ? 'max-two:hidden' : ''}`}>
          <InboxPane />
        </div>
        <div className={`thread-pane relative flex min-h-0 flex-1 border-s border-n5 ${inTurn ? '' : 'max-two:hidden'}`}>
          <ThreadPane />
          <DropZone />
        </div>
      </main>
      <CannedDialog />
      <QueueDialog />
      <ShortcutsDialog />
      <PaletteDialog />
      <PoliciesDialog />
      <SettingsDialog />
      <ExportDialog />
      <SnoozeDialog />
      <LabelDialog />
      <AssignDialog />
      <UndoToast />
      <SignOutDialog />
      <SignInDialog />
      <Tour />
    </div>
  );
}
