/** What the menus of the system have of the app's own; the rest of them the system does by itself. */
export const MENU_COMMANDS = ['settings', 'search', 'shortcuts', 'queue', 'policies', 'export'] as const;
export type MenuCommand = (typeof MENU_COMMANDS)[number];
