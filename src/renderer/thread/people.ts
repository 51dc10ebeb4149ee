import type { ConversationView, PersonView } from '#shared/views.ts';

export type ParticipantView = ConversationView['participants'][number];

export function asPerson(participant: ParticipantView): PersonView {
  return { id: participant.account, name: participant.name, role: participant.role };
}

/** Who reads what one writes: everybody who still takes part, but oneself. */
export function audienceOf(conversation: ConversationView, me: string): PersonView[] {
  return conversation.participants.filter((person) => !person.left && person.account !== me).map(asPerson);
}

const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();

/** What stands behind an `@` just before the caret; `null` when no name is being written. */
export function mentionQuery(text: string, caret: number): { start: number; query: string } | null {
  const match = /(?:^|[\s(])@([^\s@]{0,30}(?: [^\s@]{0,30})?)$/u.exec(text.slice(0, caret));
  if (!match) return null;
  const query = match[1] ?? '';
  return { start: caret - query.length - 1, query };
}

/** People whose name, or a word of it, begins with the query. */
export function matchPeople(people: readonly PersonView[], query: string): PersonView[] {
  const wanted = plain(query);
  return people.filter((person) => {
    const name = plain(person.name);
    return name.startsWith(wanted) || name.split(/\s+/u).some((word) => word.startsWith(wanted));
  });
}

/** Whom a text mentions: `@` and a whole name. Of two people with one name, the one that was picked. */
export function mentionedIn(text: string, people: readonly PersonView[], picked: ReadonlySet<string>): PersonView[] {
  return people.filter((person) => {
    if (!text.includes(`@${person.name}`)) return false;
    const longer = people.some(
      (other) => other.name !== person.name && other.name.startsWith(person.name) && !onlyWithout(text, person.name, other.name),
    );
    if (longer) return false;
    return picked.has(person.id) || !people.some((other) => other.id !== person.id && other.name === person.name);
  });
}

/** Whether `@short` also stands somewhere where it isn't the beginning of `@long`. */
function onlyWithout(text: string, short: string, long: string): boolean {
  return text.replaceAll(`@${long}`, '').includes(`@${short}`);
}
