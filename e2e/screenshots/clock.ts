import { hostname } from 'node:os';

import type { BrowserContext } from 'playwright';

/** A Thursday, 15:40 in Manila. */
const SHOWN_NOW = Date.UTC(2026, 2, 12, 7, 40);
const SHOWN_SERVER = 'https://chat.harbor.example';
const SHOWN_COMPUTER = 'Front desk';
/** No picture is made later than this after the demo was seeded. */
const LONGEST_RUN = 60 * 60_000;
const DAY = 86_400_000;
/** A day as a JSON value of its own. */
const DATE = /(?<=":")(20\d\d-\d\d-\d\d)(?=")/g;
/** A time in milliseconds since 1970, between 2020 and 2033, as a JSON value of its own. */
const TIME = /(?<=[:,[])(1[5-9]\d{11})(?=[,}\]])/g;

/**
 * Pages in which it is always the same minute of the same day: the browser's clock stands still, and every time that goes to or comes
 * from the app's core is moved by what lies between that minute and `seededAt`. What happened since then, happened at that minute. The
 * server's address and the computer's name, others each time, are told as those of an agency.
 */
export async function standStill(
  context: BrowserContext,
  { seededAt, server }: { seededAt: number; server: string },
): Promise<void> {
  const away = SHOWN_NOW - seededAt;
  const days = Math.floor(SHOWN_NOW / DAY) - Math.floor(seededAt / DAY);
  const moveDay = (day: string, by: number): string => new Date(Date.parse(day) + by * DAY).toISOString().slice(0, 10);
  const backwards = (text: string): string =>
    text
      .replace(TIME, (time) => String(Number(time) - away))
      .replace(DATE, (day) => moveDay(day, -days))
      .replaceAll(SHOWN_SERVER, server);
  const forwards = (text: string): string =>
    text
      .replace(TIME, (time) => {
        const moved = Number(time) + away;
        return String(moved > SHOWN_NOW && moved < SHOWN_NOW + LONGEST_RUN ? SHOWN_NOW : moved);
      })
      .replace(DATE, (day) => moveDay(day, days))
      .replaceAll(server, SHOWN_SERVER)
      .replaceAll(`"${hostname()} (`, `"${SHOWN_COMPUTER} (`);
  await context.clock.setFixedTime(SHOWN_NOW);
  // A browser without a window refuses them, whatever it was told.
  await context.addInitScript(() => {
    Object.defineProperty(Notification, 'permission', { get: () => 'granted' });
  });
  await context.routeWebSocket('**/bridge', (page) => {
    const core = page.connectToServer();
    page.onMessage((text) => core.send(backwards(String(text))));
    core.onMessage((text) => page.send(forwards(String(text))));
  });
}
