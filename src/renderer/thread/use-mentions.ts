import { useRef, useState, type KeyboardEvent, type RefObject } from 'react';

import type { PersonView } from '#shared/views.ts';

import { matchPeople, mentionedIn, mentionQuery } from './people.ts';

const MOST = 6;

export type Mentions = {
  offered: readonly PersonView[];
  active: number;
  /** After each change of the text or the caret. */
  look: (field: HTMLTextAreaElement) => void;
  close: () => void;
  pick: (person: PersonView) => void;
  /** Whether the key was for the list. */
  press: (event: KeyboardEvent) => boolean;
  of: (text: string) => PersonView[];
  /** These are meant where somebody else has the same name. */
  means: (people: readonly PersonView[]) => void;
};

/** `@` completes the people who read along, by keyboard or mouse. */
export function useMentions(
  people: readonly PersonView[],
  field: RefObject<HTMLTextAreaElement | null>,
  setText: (text: string) => void,
  known: readonly PersonView[],
): Mentions {
  const [open, setOpen] = useState<{ start: number; end: number; query: string } | null>(null);
  const [active, setActive] = useState(0);
  const picked = useRef(new Set(known.map((person) => person.id)));
  const offered = open ? matchPeople(people, open.query).slice(0, MOST) : [];

  const pick = (person: PersonView): void => {
    const element = field.current;
    if (!open || !element) return;
    picked.current.add(person.id);
    const head = `${element.value.slice(0, open.start)}@${person.name} `;
    setText(head + element.value.slice(open.end).trimStart());
    setOpen(null);
    // Once React has written the new text.
    requestAnimationFrame(() => element.setSelectionRange(head.length, head.length));
  };
  return {
    offered,
    active: Math.min(active, offered.length - 1),
    look: (element) => {
      const found = element.selectionStart === element.selectionEnd ? mentionQuery(element.value, element.selectionStart) : null;
      setOpen(found && { ...found, end: element.selectionStart });
      if (found?.query !== open?.query) setActive(0);
    },
    close: () => setOpen(null),
    pick,
    press: (event) => {
      if (offered.length === 0) return false;
      const person = offered[Math.min(active, offered.length - 1)];
      if (event.key === 'ArrowDown') setActive((active + 1) % offered.length);
      else if (event.key === 'ArrowUp') setActive((active + offered.length - 1) % offered.length);
      else if (event.key === 'Escape') setOpen(null);
      else if ((event.key === 'Enter' || event.key === 'Tab') && person) pick(person);
      else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
    means: (meant) => {
      for (const person of meant) picked.current.add(person.id);
    },
    of: (text) => mentionedIn(text, people, picked.current),
  };
}
