import { removeGarbage } from '../files/collect.ts';
import type { ObjectStore } from '../files/object-store.ts';
import { discard } from '../files/uploads.ts';
import type { Database } from '../storage/database.ts';
import { takeReactionsBack } from '../storage/empty-messages.ts';
import {
  deleteOwn,
  eraseNames,
  personToErase,
  reactionPlaces,
  renameAccount,
  renameInNotes,
  shutOut,
  traceConversations,
} from '../storage/erase-person.ts';
import { discardFilesOf } from '../storage/files.ts';
import { emptyAll } from './empty-all.ts';

export type ErasureOptions = {
  db: Database;
  store: ObjectStore;
  /** Where uploads lie that aren't whole. */
  uploadFolder: string;
  now: () => number;
  onStep?: (text: string) => void;
};

export type Erasure = {
  conversations: number;
  messages: number;
  reactions: number;
  notes: number;
  files: number;
  /** False: the server is removing bytes of files just now, and does the rest with its next round. */
  bytesGone: boolean;
};

/**
 * Takes a person out of everything that is kept. Each step is a transaction or many, and every one may be repeated: cut off, it is
 * called again with the same id, and does what is left. First nobody can write as the person any more; the name goes before
 * documents are written anew, and after the notes that it is looked for in.
 */
export async function erasePerson(options: ErasureOptions, account: string): Promise<Erasure> {
  const { db, store, uploadFolder, now, onStep = () => {} } = options;
  const person = await db.read((reader) => personToErase(reader, account));
  await db.transact((tx) => shutOut(tx, account));
  onStep('Signed out everywhere.');
  const conversations = await db.read((reader) => traceConversations(reader, account));
  let notes = 0;
  if (!person.erased) {
    for (const conversation of conversations) notes += await db.transact((tx) => renameInNotes(tx, conversation, person.name));
    await db.transact((tx) => renameAccount(tx, person));
  }
  onStep('Took name and address away.');
  let reactions = 0;
  for (const place of await db.read((reader) => reactionPlaces(reader, account))) {
    reactions += await db.transact((tx) => takeReactionsBack(tx, account, place, now()));
  }
  let messages = 0;
  await emptyAll(
    {
      db,
      now,
      onEmptied(count) {
        messages += count;
        onStep(`${messages} messages emptied.`);
      },
    },
    conversations,
    { account },
  );
  for (const conversation of conversations) await db.transact((tx) => eraseNames(tx, conversation));
  onStep(`Took the name out of ${conversations.length} conversations.`);
  const { uploads, files } = await db.transact(async (tx) => ({
    uploads: await deleteOwn(tx, account),
    files: await discardFilesOf(tx, account),
  }));
  for (const id of uploads) await discard(uploadFolder, id);
  const bytesGone = await removeGarbage(db, store);
  return { conversations: conversations.length, messages, reactions, notes, files, bytesGone };
}
