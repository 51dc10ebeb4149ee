import type { MessageView } from '#shared/views.ts';

/** What one may do with a row; one object for all rows, so that none is drawn again for it. */
export type RowActions = {
  toggle: (key: string) => void;
  reply: (item: MessageView) => void;
  react: (item: MessageView, emoji: string) => void;
  /** Opens the picker of emoji, or the menu, beside an element of the row. */
  pick: (item: MessageView, anchor: Element) => void;
  menu: (item: MessageView, anchor: Element) => void;
  view: (item: MessageView, file: string) => void;
};
