import { useState, type KeyboardEvent, type RefObject } from 'react';

import type { CannedReply } from '#shared/thread-views.ts';
import type { ConversationView, PersonView } from '#shared/views.ts';

import { useCannedReplies } from '../state/canned-replies.ts';
import { cannedQuery, fillIn, matchReplies, openVariable, valuesFor } from './canned.ts';

const MOST = 6;

export type Canned = {
  /** `null` while nobody looks for one. Behind the replies stands the way to keep some. */
  offered: readonly CannedReply[] | null;
  active: number;
  look: (field: HTMLTextAreaElement) => void;
  close: () => void;
  pick: (reply: CannedReply | undefined) => void;
  press: (event: KeyboardEvent) => boolean;
};

/** `/` at the beginning offers what one keeps to answer with. */
export function useCanned(
  field: RefObject<HTMLTextAreaElement | null>,
  setText: (text: string) => void,
  about: { conversation: ConversationView; me: PersonView | null },
  onManage: () => void,
): Canned {
  const [query, setQuery] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const { replies } = useCannedReplies(query !== null);
  const offered = query === null || replies === null ? null : matchReplies(replies, query).slice(0, MOST);
  const pick = (reply: CannedReply | undefined): void => {
    setQuery(null);
    if (!reply) {
      setText('');
      return onManage();
    }
    const text = fillIn(reply.text, valuesFor(about.conversation, about.me ?? { name: '' }));
    setText(text);
    const [start, end] = openVariable(text) ?? [text.length, text.length];
    // Once React has written the new text.
    requestAnimationFrame(() => field.current?.setSelectionRange(start, end));
  };
  return {
    offered,
    active,
    look: (element) => {
      const found = element.selectionStart === element.selectionEnd ? cannedQuery(element.value, element.selectionStart) : null;
      if (found !== query) setActive(0);
      setQuery(found);
    },
    close: () => setQuery(null),
    pick,
    press: (event) => {
      // They come at once; a key that was meant for them must not send what looks for them.
      const coming = query !== null && !offered && (event.key === 'Enter' || event.key === 'Tab');
      if (coming) event.preventDefault();
      if (!offered) return coming;
      const count = offered.length + 1;
      if (event.key === 'ArrowDown') setActive((active + 1) % count);
      else if (event.key === 'ArrowUp') setActive((active + count - 1) % count);
      else if (event.key === 'Escape') setQuery(null);
      else if (event.key === 'Enter' || event.key === 'Tab') pick(offered[active]);
      else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
  };
}
