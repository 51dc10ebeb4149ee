import { AppError, errorShape } from '#shared/errors.ts';
import { errorOf, problemOf } from '#shared/file-rules.ts';
import { GIVE_PATH, uploadView, type FileLimits, type UploadView } from '#shared/file-views.ts';

import { wordsOf } from '../connect.ts';
import type { App } from '../state/app.ts';
import { draftFiles, type Adding } from '../state/files-store.ts';
import { samePlace, type Place } from '../state/thread-store.ts';

/** How large a photo is as it is seen, so that nothing moves when it is drawn; `null` for what the browser can't draw. */
async function measure(file: File): Promise<{ width: number; height: number } | null> {
  if (!file.type.startsWith('image/') || !('createImageBitmap' in window)) return null;
  try {
    const bitmap = await createImageBitmap(file);
    const { width, height } = bitmap;
    bitmap.close();
    return { width, height };
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

/** Hands the bytes to the core, through the host that served the page. @throws AppError */
async function post(place: Place, file: File): Promise<UploadView> {
  const size = await measure(file);
  const query = new URLSearchParams({ ...place, name: file.name, type: file.type, bytes: String(file.size) });
  if (size) for (const [name, value] of Object.entries(size)) query.set(name, String(value));
  let answer: Response;
  try {
    answer = await fetch(`${GIVE_PATH}?${query.toString()}`, { method: 'POST', body: file });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new AppError(
      'bad-request',
      'The file could not be read. Nothing was added; look whether it is still there, then try again.',
    );
  }
  const told = (await answer.json().catch(() => null)) as { file?: unknown; error?: unknown } | null;
  if (answer.ok) return uploadView.parse(told?.file);
  const failure = errorShape.safeParse(told?.error);
  throw failure.success ? AppError.from(failure.data) : new AppError('unavailable', 'The app did not take the file. Try again.');
}

async function limitsOf(app: App): Promise<FileLimits> {
  const limits = await app.connection.send('files.limits', {});
  app.files.setState({ limits });
  return limits;
}

/** Learns what may be sent, for who wants to say it. */
export function learnLimits(app: App): void {
  // Asked again with the first file.
  limitsOf(app).catch(() => undefined);
}

/** Puts files into the draft of a thread, one after the other, each durable before the next. What isn't taken is said. */
export async function giveFiles(app: App, place: Place, given: readonly File[]): Promise<void> {
  if (given.length === 0) return;
  const all = given.map((file): { file: File; adding: Adding } => {
    const { name, size, type } = file;
    return { file, adding: { id: `adding-${crypto.randomUUID()}`, place, name, bytes: size, type } };
  });
  app.files.setState((state) => ({ turned: [], adding: [...state.adding, ...all.map((one) => one.adding)] }));
  const done = ({ id }: Adding): void => app.files.setState((state) => ({ adding: state.adding.filter((one) => one.id !== id) }));
  const turn = (adding: Adding, error: unknown): void => {
    done(adding);
    app.files.setState((state) => ({ turned: [...state.turned, { id: adding.id, name: adding.name, why: wordsOf(error) }] }));
  };
  for (const { file, adding } of all) {
    try {
      const problem = problemOf({ name: file.name, type: file.type, bytes: file.size }, await limitsOf(app));
      if (problem) throw errorOf(problem);
      const view = await post(place, file);
      const { place: shown, files } = app.files.getState();
      if (shown && samePlace(shown, place) && !files.some((one) => one.id === view.id))
        app.files.setState({ files: [...files, view] });
      done(adding);
    } catch (error) {
      turn(adding, error);
    }
  }
}

/** Resolves once nothing is being added to the draft of a thread. */
export function whenAdded(app: App, place: Place): Promise<void> {
  const isBusy = (): boolean => app.files.getState().adding.some((one) => samePlace(one.place, place));
  if (!isBusy()) return Promise.resolve();
  return new Promise((resolve) => {
    const end = app.files.subscribe(() => {
      if (isBusy()) return;
      end();
      resolve();
    });
  });
}

/** The photos of a clipboard; nothing when there is text beside them, as from a table. Without a name of their own they get the time. */
export function pastedFiles(data: DataTransfer, name: string, now: Date): File[] {
  if (data.types.includes('text/plain')) return [];
  return [...data.files].map((file) =>
    /^image\.\w+$/.test(file.name)
      ? new File([file], `${name} ${stamp(now)}.${file.name.split('.').at(-1)!}`, { type: file.type })
      : file,
  );
}

/** As in a file's name: `2026-05-01 14.30.05`, by this machine's clock. */
function stamp(at: Date): string {
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.');
}

export type ForFiles = { kind: 'open'; place: Place; team: boolean } | { kind: 'closed' | 'editing' | 'none' };

/** The open thread that files may be put into. `closed`: nobody can write there; `editing`: an edit has no files. */
export function placeForFiles(app: App): ForFiles {
  const { shown } = app.thread.getState();
  if (shown.kind !== 'open') return { kind: 'none' };
  const team = shown.place.thread === 'team';
  if (shown.conversation.locks.length > 0 && !team) return { kind: 'closed' };
  const { fixing } = app.ui.getState();
  if (fixing && shown.items.some((item) => item.key === fixing.key)) return { kind: 'editing' };
  return { kind: 'open', place: shown.place, team };
}

export function removeFile(app: App, id: string): void {
  tell(app, id, app.connection.send('files.remove', { id }));
}

export function retryFile(app: App, id: string): void {
  tell(app, id, app.connection.send('files.retry', { id }));
}

function tell(app: App, id: string, work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    const name = draftFiles(app.files.getState()).find((file) => file.id === id)?.name ?? '';
    app.files.setState((state) => ({ turned: [...state.turned, { id, name, why: wordsOf(error) }] }));
  });
}
