import { SHORTCUTS, type ShortcutId, type Where } from './table.ts';

type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** The key of a letter by its place where the layout has no Latin letters: a shortcut works in any script. */
function keyOf({ key, code }: Pressed): string {
  if (key.length !== 1) return key;
  if (/[\p{L}\p{M}]/u.test(key) && !/[a-z]/iu.test(key)) return /^Key([A-Z])$/u.exec(code)?.[1] ?? key;
  return key.toUpperCase();
}

/** What was pressed as the table writes it: `Mod+K`, `Shift+A`, `?`. */
export function chordOf(event: Pressed): string {
  const key = keyOf(event);
  const mod = event.ctrlKey || event.metaKey ? 'Mod+' : '';
  const alt = event.altKey ? 'Alt+' : '';
  // Signs such as ? need Shift on some keyboards and not on others.
  const shift = event.shiftKey && (key.length > 1 || /[A-Z]/u.test(key)) ? 'Shift+' : '';
  return `${mod}${alt}${shift}${key}`;
}

/** Which shortcut of this place was pressed. */
export function pressed<W extends Where>(event: Pressed, where: W): ShortcutId<W> | null {
  const chord = chordOf(event);
  const found = SHORTCUTS.find((one) => one.where === where && (one.keys as readonly string[]).includes(chord));
  return (found?.id as ShortcutId<W> | undefined) ?? null;
}

const SIGNS: Readonly<Record<string, string>> = { ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc', Delete: 'Del' };

/** Whether its keyboard has ⌘ where others have Ctrl. */
export function isMac(): boolean {
  return /mac/iu.test(navigator.platform);
}

/** The chords of a shortcut as one reads them: `['Ctrl+K']`. */
export function keysOf(id: ShortcutId): string[] {
  const { keys } = SHORTCUTS.find((one) => one.id === id)!;
  const mac = isMac();
  return keys.map((chord) =>
    chord
      .split('+')
      .map((part, place, all) => (part === '' && place === all.length - 1 ? '+' : part))
      .filter((part) => part !== '')
      .map((part) => (part === 'Mod' ? (mac ? '⌘' : 'Ctrl') : (SIGNS[part] ?? part)))
      .join(mac ? ' ' : '+'),
  );
}

/** A name with its key, for tooltips: `Archive (E)`. */
export function withKey(words: string, id: ShortcutId): string {
  return `${words} (${keysOf(id)[0]})`;
}
