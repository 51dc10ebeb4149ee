import { createStore, type StoreApi } from 'zustand';

/** What is asked about conversations before it is done. */
export type WorkDialog = { kind: 'snooze' | 'label' | 'assign'; conversations: readonly string[] };

/** What was just done, or why it wasn't; `undo` takes it back. */
export type Done = { text: string; undo: (() => Promise<void>) | null };

export type WorkState = {
  dialog: WorkDialog | null;
  /** Stays behind after `dialog` is closed, so that it can leave as it was. */
  asked: WorkDialog | null;
  done: Done | null;
  ask: (dialog: WorkDialog) => void;
  close: () => void;
  tell: (done: Done) => void;
  forget: () => void;
};

export function createWorkStore(): StoreApi<WorkState> {
  return createStore((set) => ({
    dialog: null,
    asked: null,
    done: null,
    ask: (dialog) => set({ dialog, asked: dialog }),
    close: () => set({ dialog: null }),
    tell: (done) => set({ done }),
    forget: () => set({ done: null }),
  }));
}
