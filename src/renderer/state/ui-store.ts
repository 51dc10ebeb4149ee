import { createStore, type StoreApi } from 'zustand';

import type { PersonView } from '#shared/views.ts';

import type { ComeBack, Held } from './message-actions.ts';

export type Dialog =
  | 'none'
  | 'queue'
  | 'shortcuts'
  | 'sign-out'
  | 'sign-in'
  | 'policies'
  | 'canned'
  | 'settings'
  | 'palette'
  | 'export';

export const SETTINGS_PAGES = ['general', 'notify', 'storage', 'devices', 'password', 'people', 'about'] as const;
export type SettingsPage = (typeof SETTINGS_PAGES)[number];

export type Fixing = { key: string; text: string; kind: 'retry' | 'edit'; mentions: readonly PersonView[] };

export type UiState = {
  dialog: Dialog;
  /** To which one comes back when the dialog that is shown is closed. */
  beneath: Dialog;
  search: boolean;
  /** What is searched for while `search` is on. */
  query: string;
  /** Which part of the settings is shown. */
  settingsAt: SettingsPage;
  /** Which step of the tour is shown, from 0. */
  tour: number | null;
  jobPanel: boolean;
  /** What is being corrected in the composer of its thread: a reply that was not sent, or an own message. */
  fixing: Fixing | null;
  /** What was corrected so far, by message: an edit that one went away from is taken up where it was. */
  corrections: ReadonlyMap<string, string>;
  /** What was taken back, until the composer of its thread has it. */
  comeBack: ComeBack | null;
  /** What can still be taken back in a thread that one left. */
  leftBehind: Held | null;
  /** Why something could not be done with a message of the open thread, in words. */
  threadTrouble: string | null;
  /** The photo that is shown large, by its file's id. */
  viewing: string | null;
  /** The ways through the thread are open. */
  jumping: boolean;
  /** Rises with each change of the canned replies. */
  repliesVersion: number;
  inboxWidth: number;
  /** `null`: it was saved, or given up. */
  correct: (key: string, text: string | null) => void;
  show: (dialog: Dialog) => void;
  /** From within another, which is there again afterwards. */
  showOver: (dialog: Dialog) => void;
  closeDialog: () => void;
  setSearch: (open: boolean) => void;
  /** At their beginning, unless a part is asked for. */
  openSettings: (at?: SettingsPage) => void;
  toggleJobPanel: () => void;
  setInboxWidth: (width: number) => void;
};

export const INBOX_WIDTH = { least: 260, usual: 340, most: 480 } as const;
const WIDTH_KEY = 'trialogue.inbox-width';

function keptWidth(): number {
  const width = Number(localStorage.getItem(WIDTH_KEY));
  return width >= INBOX_WIDTH.least && width <= INBOX_WIDTH.most ? width : INBOX_WIDTH.usual;
}

export function createUiStore(): StoreApi<UiState> {
  return createStore((set) => ({
    dialog: 'none',
    beneath: 'none',
    search: false,
    query: '',
    settingsAt: 'general',
    tour: null,
    jobPanel: false,
    fixing: null,
    corrections: new Map(),
    comeBack: null,
    leftBehind: null,
    threadTrouble: null,
    viewing: null,
    jumping: false,
    repliesVersion: 0,
    inboxWidth: keptWidth(),
    correct: (key, text) =>
      set((state) => {
        const corrections = new Map(state.corrections);
        if (text === null) corrections.delete(key);
        else corrections.set(key, text);
        return { corrections };
      }),
    show: (dialog) => set({ dialog, beneath: 'none' }),
    showOver: (dialog) => set((state) => ({ dialog, beneath: state.dialog })),
    closeDialog: () => set((state) => ({ dialog: state.beneath, beneath: 'none' })),
    setSearch: (search) => set(search ? { search } : { search, query: '' }),
    openSettings: (settingsAt = 'general') => set({ dialog: 'settings', beneath: 'none', settingsAt }),
    toggleJobPanel: () => set((state) => ({ jobPanel: !state.jobPanel })),
    setInboxWidth: (width) => {
      const inboxWidth = Math.round(Math.min(INBOX_WIDTH.most, Math.max(INBOX_WIDTH.least, width)));
      localStorage.setItem(WIDTH_KEY, String(inboxWidth));
      set({ inboxWidth });
    },
  }));
}
