import type { ThreadName } from '#shared/ids.ts';
import type { PresenceState } from '#shared/wire.ts';

type Person = { account: string; name: string };

/** A socket tells who is typing as a whole; this says who began and who stopped. Oneself on another device doesn't count. */
export function createPresentTypists(
  me: string,
  tell: (conversation: string, thread: ThreadName, person: Person, typing: boolean) => void,
): (conversation: string, thread: ThreadName, people: readonly PresenceState[]) => void {
  const seen = new Map<string, Map<string, string>>();
  return (conversation, thread, people) => {
    const id = `${conversation}/${thread}`;
    const before = seen.get(id) ?? new Map<string, string>();
    const present = new Map(people.filter((one) => one.account !== me).map((one) => [one.account, one.name]));
    if (present.size > 0) seen.set(id, present);
    else seen.delete(id);
    for (const [account, name] of present) tell(conversation, thread, { account, name }, true);
    for (const [account, name] of before) if (!present.has(account)) tell(conversation, thread, { account, name }, false);
  };
}
