import { AppError } from '#shared/errors.ts';
import { partyOf } from '#shared/roles.ts';

import type { Log } from '../../log.ts';
import { changeRole, createAccount, findAccount, findAgency } from '../../storage/accounts.ts';
import type { Database, Transaction } from '../../storage/database.ts';
import {
  endPlatformSessions,
  findIdentity,
  linkIdentity,
  lockIdentity,
  noteRole,
  type KnownIdentity,
} from '../../storage/identities.ts';
import { roleOf } from './claim-map.ts';
import type { PlatformConfig } from './platform-config.ts';
import { platformTokens, type PlatformClaims } from './platform-tokens.ts';
import { follow } from './standing.ts';

/** Whose token this is, and the token's times. */
export type PlatformPerson = { account: string; session: KnownIdentity['session']; issuedAt: Date; expiresAt: Date };

/** @throws AppError sign-in-required, account-disabled, forbidden, conflict, unavailable */
export type FindPlatformPerson = (token: string) => Promise<PlatformPerson>;

export function platformPeople(db: Database, config: PlatformConfig, log: Log): FindPlatformPerson {
  const read = platformTokens(config, log);

  /** Makes or links an account for somebody who was never seen. */
  async function meet(tx: Transaction, claims: PlatformClaims): Promise<void> {
    const { identity, person } = claims;
    await lockIdentity(tx, identity);
    if (await findIdentity(tx, identity)) return;
    const { email } = person;
    const existing = email === null ? null : await findAccount(tx, email);
    if (existing && config.linkByEmail === 'verified' && person.emailVerified) {
      await linkIdentity(tx, identity, existing.id);
      return log.info('identity-linked', { account: existing.id });
    }
    if (config.accounts !== 'create' || email === null || !/^[^\s@]+@[^\s@]+$/.test(email)) throw unknownHere();
    // Never taken over by an equal address: whoever may choose theirs at the platform could be anybody here.
    if (existing) {
      throw new AppError(
        'conflict',
        'There is an account with your e-mail address here, which is not linked to your platform. Ask your agency to link it.',
      );
    }
    const role = roleOf(person.roles, config.roles);
    if (role === null) throw unknownHere();
    const agency = partyOf(role) === 'agency' && person.agency !== null ? await findAgency(tx, person.agency) : null;
    if (partyOf(role) === 'agency' && !agency) throw unknownHere();
    const name = person.name ?? email.split('@')[0]!;
    const made = await createAccount(tx, { agencyId: agency?.id ?? null, role, name, email, passwordHash: null });
    await linkIdentity(tx, identity, made.id);
    await noteRole(tx, identity, claims.issuedAt);
    log.info('account-made-for-platform', { account: made.id, role });
  }

  return async (token) => {
    const claims = await read(token);
    const { identity, person, issuedAt, expiresAt } = claims;
    let known = await db.read((reader) => findIdentity(reader, identity));
    if (!known && person.banned) throw banned();
    if (!known) {
      await db.transact((tx) => meet(tx, claims));
      known = await db.read((reader) => findIdentity(reader, identity));
    }
    if (!known) throw unknownHere();
    const { account, revokedAt, session } = known;
    if (known.disabled) throw banned();
    if (person.banned) {
      await db.transact((tx) => endPlatformSessions(tx, account));
      throw banned();
    }
    // Its time of issue is cut to the second, so one of the very second of the end is refused as well.
    if (revokedAt && issuedAt <= revokedAt) {
      throw new AppError('sign-in-required', 'This sign-in has ended. Sign in at your platform again to go on.');
    }
    const followed = follow(known, person, config.roles);
    if (followed.kind === 'refused') {
      log.warn('platform-claims-refused', { account, because: followed.because });
      throw new AppError(
        'forbidden',
        followed.because === 'agency'
          ? 'Your platform says that you belong to another agency than here. What you wrote is safe; ask your agency.'
          : 'Your platform says that you are something else than here. What you wrote is safe; ask your agency.',
      );
    }
    // The newest token counts: of two that are in use at once each would else take back what the other says, and a token from before
    // somebody lost a role would bring it back.
    if (followed.kind === 'role' && (known.roleAt === null || issuedAt >= known.roleAt)) {
      await db.transact(async (tx) => {
        if (await noteRole(tx, identity, issuedAt)) await changeRole(tx, account, followed.role);
      });
    }
    return { account, session, issuedAt, expiresAt };
  };
}

function unknownHere(): AppError {
  return new AppError('forbidden', 'Your platform knows you, and there is no account for you here. Ask your agency for one.');
}

function banned(): AppError {
  return new AppError('account-disabled', 'This account has been disabled. Ask your agency if you think that is wrong.');
}
