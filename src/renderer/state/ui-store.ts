import { createStore, type StoreApi } from 'zustand';

export type Dialog = 'none' | 'queue' | 'shortcuts' | 'sign-out' | 'sign-in' | 'policies';

export type UiState = {
  dialog: Dialog;
  search: boolean;
  jobPanel: boolean;
  /** A reply that was not sent and is being corrected in the composer of its thread. */
  fixing: { key: string; text: string } | null;
  inboxWidth: number;
  show: (dialog: Dialog) => void;
  setSearch: (open: boolean) => void;
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
    search: false,
    jobPanel: false,
    fixing: null,
    inboxWidth: keptWidth(),
    show: (dialog) => set({ dialog }),
    setSearch: (search) => set({ search }),
    toggleJobPanel: () => set((state) => ({ jobPanel: !state.jobPanel })),
    setInboxWidth: (width) => {
      const inboxWidth = Math.round(Math.min(INBOX_WIDTH.most, Math.max(INBOX_WIDTH.least, width)));
      localStorage.setItem(WIDTH_KEY, String(inboxWidth));
      set({ inboxWidth });
    },
  }));
}
