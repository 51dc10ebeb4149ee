import type { Command } from 'commander';

import { hashPassword } from '../../auth/passwords.ts';
import { createAgency, findAgency } from '../../storage/accounts.ts';
import type { Database } from '../../storage/database.ts';
import { busiestOf } from '../../storage/people.ts';
import type { AdminContext } from '../command.ts';
import { importBatch, type Counts } from './import-batch.ts';
import { readLines } from './lines.ts';
import { readSource, type Refused, type SourceConversation } from './source.ts';

const CONVERSATIONS_AT_ONCE = 50;
const MESSAGES_AT_ONCE = 5_000;
/** So many refusals are told one by one; the summary counts all. */
const REFUSALS_SHOWN = 50;

type Options = { agency: string; signIn?: string };

export function addImportCommand(program: Command, { run, progress }: AdminContext): void {
  program
    .command('import-conversations')
    .description('Bring conversations in from a file of one JSON object a line, gzipped or not; again, it adds only what is new')
    .argument('<file>', 'one JSON object a line, gzipped or not')
    .requiredOption('--agency <name or id>', 'made, by this name, if it is not there')
    .option('--sign-in <password>', 'one password for all who come in without one: for trials')
    .action(async (file: string, options: Options) =>
      run(async ({ db }) => {
        const began = performance.now();
        const { agency, isNew } = await db.transact(async (tx) => {
          const found = await findAgency(tx, options.agency);
          return found ? { agency: found, isNew: false } : { agency: await createAgency(tx, options.agency), isNew: true };
        });
        if (isNew) progress(`Made the agency "${agency.name}".`);
        if (options.signIn !== undefined) progress('All imported accounts get the same password: do this for trials only.');
        const passwordHash = options.signIn === undefined ? null : await hashPassword(options.signIn);
        const { counts, refused } = await importFile(db, file, { agency: agency.id, passwordHash }, progress);
        const seconds = Math.round((performance.now() - began) / 100) / 10;
        const { conversations: c, messages: m } = counts;
        return {
          json: {
            agency: agency.id,
            agencyMade: isNew,
            ...counts,
            refused: refused.length,
            seconds,
            people: await db.read((reader) => busiestOf(reader, agency.id)),
          },
          text:
            `Imported ${c.made} conversations and ${m.made} messages into "${agency.name}" in ${seconds} s ` +
            `(${c.extended} extended, ${c.unchanged} unchanged, ${m.known} messages known, ${counts.accounts} accounts made)` +
            (refused.length === 0 ? '.' : `.\n${refused.length} refused: see above.`),
          failed: refused.length > 0,
        };
      }),
    );
}

async function importFile(
  db: Database,
  file: string,
  options: { agency: string; passwordHash: string | null },
  progress: (text: string) => void,
): Promise<{ counts: Counts; refused: Refused[] }> {
  const counts: Counts = { conversations: { made: 0, extended: 0, unchanged: 0 }, messages: { made: 0, known: 0 }, accounts: 0 };
  const refused: Refused[] = [];
  let batch = new Map<string, SourceConversation>();
  let waiting = 0;

  function refuse(some: Refused[]): void {
    for (const one of some) {
      refused.push(one);
      const place = one.message === null ? `line ${one.line}` : `line ${one.line}, message ${one.message}`;
      if (refused.length <= REFUSALS_SHOWN) progress(`${place}: refused, ${one.reason}`);
      if (refused.length === REFUSALS_SHOWN + 1) progress('… and more that are not shown');
    }
  }

  async function flush(): Promise<void> {
    if (batch.size === 0) return;
    const some = [...batch.values()];
    const result = await db.transact((tx) => importBatch(tx, some, options));
    refuse(result.refused);
    add(counts, result);
    batch = new Map();
    waiting = 0;
    const { made, extended, unchanged } = counts.conversations;
    progress(`${made + extended + unchanged} conversations, ${counts.messages.made} new messages`);
  }

  let line = 0;
  for await (const text of readLines(file)) {
    line += 1;
    const trimmed = (line === 1 ? text.replace(/^\uFEFF/, '') : text).trim();
    if (trimmed === '') continue;
    const source = readSource(trimmed, line);
    refuse(source.refused);
    if (!source.conversation) continue;
    if (batch.has(source.conversation.externalId)) await flush();
    batch.set(source.conversation.externalId, source.conversation);
    waiting += source.conversation.messages.length;
    if (batch.size >= CONVERSATIONS_AT_ONCE || waiting >= MESSAGES_AT_ONCE) await flush();
  }
  await flush();
  return { counts, refused };
}

function add(sum: Counts, more: Counts): void {
  sum.conversations.made += more.conversations.made;
  sum.conversations.extended += more.conversations.extended;
  sum.conversations.unchanged += more.conversations.unchanged;
  sum.messages.made += more.messages.made;
  sum.messages.known += more.messages.known;
  sum.accounts += more.accounts;
}
