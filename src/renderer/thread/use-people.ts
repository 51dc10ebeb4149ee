import { useEffect, useMemo, useState } from 'react';

import { isStaff } from '#shared/roles.ts';
import type { ConversationView, PersonView } from '#shared/views.ts';

import { useApp } from '../state/app.ts';
import type { Place } from '../state/thread-store.ts';
import { audienceOf } from './people.ts';

/** Whom one may mention: who takes part and, for its staff, the agency's people; in the notes its staff alone. */
export function useMentionable(place: Place, conversation: ConversationView, me: string): readonly PersonView[] {
  const { connection } = useApp();
  const [colleagues, setColleagues] = useState<readonly PersonView[]>([]);
  const staff = conversation.team !== null;
  useEffect(() => {
    if (!staff) return;
    let wanted = true;
    connection.send('team.people', { conversation: place.conversation }).then(
      (answer) => wanted && setColleagues(answer.people),
      // Those who take part can be mentioned all the same.
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [connection, staff, place.conversation]);
  return useMemo(() => {
    const others = colleagues.filter((person) => person.id !== me);
    if (place.thread === 'team') return others.filter((person) => isStaff(person.role));
    const inside = audienceOf(conversation, me);
    return [...inside, ...others.filter((person) => inside.every((one) => one.id !== person.id))];
  }, [colleagues, conversation, me, place.thread]);
}
