import type { MessageView } from '#shared/views.ts';

/** What is open beside a row: what one can do, the picker of emoji, or who read it when. */
export type RowPopup = { kind: 'menu' | 'emoji' | 'readers'; item: MessageView; anchor: Element };

/** What one may do with a row; one object for all rows, so that none is drawn again for it. */
export type RowActions = {
  toggle: (key: string) => void;
  reply: (item: MessageView) => void;
  react: (item: MessageView, emoji: string) => void;
  /** Opens something beside an element of the row. */
  show: (kind: RowPopup['kind'], item: MessageView, anchor: Element) => void;
  view: (item: MessageView, file: string) => void;
};
