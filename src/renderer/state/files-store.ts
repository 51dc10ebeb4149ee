import { createStore, type StoreApi } from 'zustand';

import type { FileLimits, UploadView } from '#shared/file-views.ts';

import { samePlace, type Place } from './thread-store.ts';

/** A file that the core has not answered for yet. */
export type Adding = { id: string; place: Place; name: string; bytes: number; type: string };
/** One that was not taken, and why, in words. */
export type Turned = { id: string; name: string; why: string };

/** Own files of the open thread that are on their way. Apart from the thread, so that their progress draws no message anew. */
export type FilesState = {
  place: Place | null;
  files: readonly UploadView[];
  /** Went with a message that the core has not answered for yet. */
  leaving: ReadonlySet<string>;
  adding: readonly Adding[];
  turned: readonly Turned[];
  limits: FileLimits | null;
  /** Another thread is open, or the same one anew. */
  show(place: Place, files: readonly UploadView[]): void;
  changed(place: Place, files: readonly UploadView[]): void;
  leave(ids: readonly string[]): void;
  /** The message could not be queued. */
  stay(ids: readonly string[]): void;
};

export function createFilesStore(): StoreApi<FilesState> {
  return createStore((set, get) => ({
    place: null,
    files: [],
    leaving: new Set<string>(),
    adding: [],
    turned: [],
    limits: null,
    show: (place, files) => {
      const was = get().place;
      set({ place, files, leaving: new Set(), ...(was && samePlace(was, place) ? {} : { turned: [] }) });
    },
    changed: (place, files) => {
      const { place: shown, leaving } = get();
      if (!shown || !samePlace(shown, place)) return;
      // Those of which the core says itself that they went.
      const draft = new Set(files.filter((file) => file.message === null).map((file) => file.id));
      const still = [...leaving].filter((id) => draft.has(id));
      set({ files, leaving: still.length === leaving.size ? leaving : new Set(still) });
    },
    leave: (ids) => set((state) => ({ leaving: new Set([...state.leaving, ...ids]), turned: [] })),
    stay: (ids) => set((state) => ({ leaving: new Set([...state.leaving].filter((id) => !ids.includes(id))) })),
  }));
}

/** The files of the draft, in their order. */
export function draftFiles(state: FilesState): UploadView[] {
  return state.files.filter((file) => file.message === null && !state.leaving.has(file.id));
}
