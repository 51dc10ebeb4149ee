/** Drawings for the desktop's small icons, 16 units wide: the mark with and without a dot, for macOS in black alone, and numbers for Windows' taskbar. */
const TAIL = 'M256 74a84 84 0 0 1 34 160.8L256 262l-34-27.2A84 84 0 0 1 256 74z';
const TURNS = [0, 120, 240];

function svg(inside: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" width="512" height="512">${inside}</svg>`;
}

/** The mark itself: `source` is `src/renderer/public/icon.svg`. */
function coloured(source: string, unread: boolean): string {
  const inner = source.replace(/^[\s\S]*?<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '');
  const mark = `<svg x="0" y="0" width="16" height="16" viewBox="20 20 472 472">${inner}</svg>`;
  return svg(
    mark + (unread ? '<circle cx="12" cy="12" r="4" fill="#fff"/><circle cx="12" cy="12" r="3.1" fill="#d92d20"/>' : ''),
  );
}

/** macOS takes its shape alone, and colours it as the menu bar is. */
function template(unread: boolean): string {
  const leaves = TURNS.map((turn) => `<path d="${TAIL}" transform="rotate(${turn} 256 280)"/>`).join('');
  const shape = `<svg width="16" height="16" viewBox="66 60 380 380">${leaves}</svg>`;
  if (!unread) return svg(shape);
  const hole = '<mask id="m"><rect width="16" height="16" fill="#fff"/><circle cx="13.4" cy="2.6" r="3.3" fill="#000"/></mask>';
  return svg(`${hole}<g mask="url(#m)">${shape}</g><circle cx="13.4" cy="2.6" r="2.5"/>`);
}

function badge(text: string): string {
  const size = text.length > 1 ? 9 : 11.5;
  return svg(
    `<circle cx="8" cy="8" r="8" fill="#d92d20"/><text x="8" y="${8 + size * 0.36}" text-anchor="middle" fill="#fff" ` +
      `font-family="DejaVu Sans, Verdana, sans-serif" font-weight="bold" font-size="${size}">${text}</text>`,
  );
}

/** Each by the name of its file; drawn for screens of one and of two pixels a point. */
export function smallIcons(source: string): Map<string, string> {
  return new Map([
    ['tray', coloured(source, false)],
    ['trayUnread', coloured(source, true)],
    ['trayTemplate', template(false)],
    ['trayUnreadTemplate', template(true)],
    ...Array.from({ length: 9 }, (_, index): [string, string] => [`badge-${index + 1}`, badge(String(index + 1))]),
    ['badge-more', badge('9+')],
  ]);
}
