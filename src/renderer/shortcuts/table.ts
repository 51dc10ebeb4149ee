/**
 * Every shortcut of the app, once: handlers, menus, tooltips, the palette and the sheet take theirs from here.
 * `Mod` is Ctrl, and ⌘ on a Mac. `where`: `app` and `work` (whole conversations) anywhere but in fields and dialogs, `always` in
 * fields too, `list`, `thread`, `message` and `field` in the inbox, an open thread, on a message, and where one writes.
 */
export const SHORTCUTS = [
  { id: 'palette', keys: ['Mod+K'], where: 'always' },
  { id: 'search', keys: ['/'], where: 'app' },
  { id: 'find', keys: ['Mod+F'], where: 'always' },
  { id: 'settings', keys: ['Mod+,'], where: 'always' },
  { id: 'help', keys: ['?'], where: 'app' },
  { id: 'back', keys: ['Escape'], where: 'app' },
  { id: 'undoChange', keys: ['Mod+Z'], where: 'app' },

  { id: 'next', keys: ['J'], where: 'app' },
  { id: 'previous', keys: ['K'], where: 'app' },
  { id: 'rows', keys: ['ArrowUp', 'ArrowDown'], where: 'list' },
  { id: 'open', keys: ['Enter'], where: 'list' },
  { id: 'pick', keys: ['X'], where: 'app' },
  { id: 'pickMore', keys: ['Shift+J', 'Shift+K'], where: 'app' },
  { id: 'pickAll', keys: ['Mod+A'], where: 'list' },

  { id: 'archive', keys: ['E'], where: 'work' },
  { id: 'snooze', keys: ['H'], where: 'work' },
  { id: 'assignMe', keys: ['A'], where: 'work' },
  { id: 'assign', keys: ['Shift+A'], where: 'work' },
  { id: 'label', keys: ['L'], where: 'work' },
  { id: 'resolve', keys: ['D'], where: 'work' },
  { id: 'unread', keys: ['U'], where: 'work' },
  { id: 'pin', keys: ['P'], where: 'work' },
  { id: 'mute', keys: ['M'], where: 'work' },

  { id: 'reply', keys: ['R'], where: 'app' },
  { id: 'notes', keys: ['T'], where: 'thread' },
  { id: 'jump', keys: ['G'], where: 'thread' },
  { id: 'job', keys: ['I'], where: 'app' },

  { id: 'messages', keys: ['ArrowUp', 'ArrowDown'], where: 'message' },
  { id: 'menu', keys: ['Enter'], where: 'message' },
  { id: 'answer', keys: ['R'], where: 'message' },
  { id: 'react', keys: ['+'], where: 'message' },
  { id: 'copy', keys: ['C'], where: 'message' },
  { id: 'remove', keys: ['Delete'], where: 'message' },

  { id: 'send', keys: ['Enter'], where: 'field' },
  { id: 'newline', keys: ['Shift+Enter'], where: 'field' },
  { id: 'mention', keys: ['@'], where: 'field' },
  { id: 'canned', keys: ['/'], where: 'field' },
  { id: 'attach', keys: ['Mod+U'], where: 'always' },
  { id: 'editLast', keys: ['ArrowUp'], where: 'field' },
  { id: 'undo', keys: ['Mod+Z'], where: 'field' },
] as const satisfies readonly { id: string; keys: readonly string[]; where: string }[];

export type Shortcut = (typeof SHORTCUTS)[number];
export type Where = Shortcut['where'];
export type ShortcutId<W extends Where = Where> = Extract<Shortcut, { where: W }>['id'];

/** As the sheet shows them. */
export const SHORTCUT_GROUPS = [
  { name: 'anywhere', of: ['palette', 'search', 'find', 'settings', 'undoChange', 'back', 'help'] },
  { name: 'inbox', of: ['next', 'previous', 'rows', 'open', 'pick', 'pickMore', 'pickAll'] },
  {
    name: 'conversation',
    of: ['archive', 'snooze', 'assignMe', 'assign', 'label', 'resolve', 'unread', 'pin', 'mute', 'reply', 'notes', 'jump', 'job'],
  },
  { name: 'message', of: ['messages', 'menu', 'answer', 'react', 'copy', 'remove'] },
  { name: 'writing', of: ['send', 'newline', 'mention', 'canned', 'attach', 'editLast', 'undo'] },
] as const satisfies readonly { name: string; of: readonly ShortcutId[] }[];
