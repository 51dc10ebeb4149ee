import type { Account } from '#shared/api/accounts.ts';
import type { Invitation } from '#shared/api/people.ts';
import { AppError } from '#shared/errors.ts';

import { createAccount, findAccount } from '../storage/accounts.ts';
import type { Database } from '../storage/database.ts';
import { acceptInvitation, createInvitation, findOpenInvitation, lockOpenInvitation } from '../storage/invitations.ts';
import { newSecret, secretHash } from './one-time-secret.ts';
import { linkEnded } from './password-changes.ts';
import { checkPassword } from './password-rules.ts';
import { hashPassword } from './passwords.ts';

const INVITATION_MS = 7 * 24 * 60 * 60 * 1_000;

export type Invited = { agencyId: string; email: string; role: Invitation['role']; name: string | null; by: string | null };

/** @throws AppError conflict, when they are of this agency already */
export async function invite(db: Database, invited: Invited): Promise<{ invitation: Invitation; secret: string }> {
  const { text, hash } = newSecret();
  const expiresAt = new Date(Date.now() + INVITATION_MS);
  const invitation = await db.transact(async (tx) => {
    // Of an account of others nothing is told here: whoever has that address learns of it when they accept.
    const known = await findAccount(tx, invited.email);
    if (known?.agency?.id === invited.agencyId) {
      throw new AppError('conflict', `${known.email} has an account at this agency already.`);
    }
    return createInvitation(tx, { ...invited, hash, expiresAt });
  });
  return { invitation, secret: text };
}

/** What an invitation is for, for who has it. @throws AppError not-found */
export async function readInvitation(db: Database, secret: string) {
  const open = await db.read((reader) => findOpenInvitation(reader, secretHash(secret)));
  if (!open) throw linkEnded();
  const { agencyName: agency, email, role, name } = open;
  return { agency, email, role, name };
}

/** Makes the account. @throws AppError not-found for a secret that is none (any more), bad-request, conflict */
export async function accept(
  db: Database,
  { token, password, name }: { token: string; password: string; name?: string | undefined },
): Promise<Account> {
  const hash = secretHash(token);
  const open = await db.read((reader) => findOpenInvitation(reader, hash));
  if (!open) throw linkEnded();
  const called = name ?? open.name;
  if (called === null) throw new AppError('bad-request', '"name" is missing: the invitation has none.', { field: 'name' });
  checkPassword(password, { name: called, email: open.email });
  const passwordHash = await hashPassword(password);
  return db.transact(async (tx) => {
    const invitation = await lockOpenInvitation(tx, hash);
    if (!invitation) throw linkEnded();
    const { agencyId, role, email } = invitation;
    const account = await createAccount(tx, { agencyId, role, email, name: called, passwordHash });
    await acceptInvitation(tx, invitation.id, account.id);
    return account;
  });
}
