/**
 * What Electron's own menus, icons and notifications say: everything else is said by the page, in its languages (`src/renderer/locales`).
 * Another language is another value of this type in `LANGUAGES`.
 */
const ENGLISH = {
  app: 'Trialogue',
  file: 'File',
  edit: 'Edit',
  view: 'View',
  window: 'Window',
  help: 'Help',
  about: 'About Trialogue',
  settings: 'Settings…',
  services: 'Services',
  hide: 'Hide Trialogue',
  hideOthers: 'Hide Others',
  showAll: 'Show All',
  quit: 'Quit Trialogue',
  exportConversation: 'Export Conversation…',
  queue: 'What Waits to Be Sent',
  closeWindow: 'Close Window',
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  pastePlain: 'Paste as Plain Text',
  remove: 'Delete',
  selectAll: 'Select All',
  search: 'Search…',
  actualSize: 'Actual Size',
  zoomIn: 'Larger',
  zoomOut: 'Smaller',
  fullScreen: 'Full Screen',
  reload: 'Reload',
  developerTools: 'Developer Tools',
  minimize: 'Minimize',
  zoomWindow: 'Zoom',
  allToFront: 'Bring All to Front',
  shortcuts: 'Keyboard Shortcuts',
  policies: 'Set by Your Organisation',
  copyLink: 'Copy Link',
  openLink: 'Open Link',
  copyImage: 'Copy Image',
  noSuggestion: 'No Suggestions',
  addWord: 'Add to Dictionary',
  open: 'Open Trialogue',
  nothingUnread: 'Nothing unread',
  oneUnread: '1 unread message',
  /** `#` stands for how many. */
  manyUnread: '# unread messages',
  pauseHour: 'Pause Notifications for 1 Hour',
  pauseTomorrow: 'Pause Notifications until Tomorrow',
  resume: 'Go on with Notifications',
  reply: 'Reply',
  replyHint: 'Write a reply',
  markRead: 'Mark as read',
};

export type ShellWords = typeof ENGLISH;

const LANGUAGES: Readonly<Record<string, ShellWords>> = { en: ENGLISH };

/** `language`: as the system says it, e.g. `fil-PH`. */
export function shellWords(language: string): ShellWords {
  return LANGUAGES[language.split('-')[0]!.toLowerCase()] ?? ENGLISH;
}

export function unreadWords(words: ShellWords, unread: number): string {
  if (unread === 0) return words.nothingUnread;
  return unread === 1 ? words.oneUnread : words.manyUnread.replace('#', String(unread));
}
