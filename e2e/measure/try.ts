import startPostgresForAll from '../harness/global-setup.ts';
import { ANA } from '../harness/histories.ts';
import { Screen } from '../harness/screen.ts';
import { seeded } from '../harness/seeded.ts';
import { World } from '../harness/world.ts';
import { largeAgency } from './large-agency.ts';
import { painted } from './painted.ts';
const stop = await startPostgresForAll();
const world = await World.begin(largeAgency(200, 400, seeded('m').random));
try {
  const app = await world.app(ANA);
  const page = await world.page(app);
  const screen = new Screen(page);
  await screen.inbox.getByRole('option').first().waitFor();
  await page.waitForTimeout(3000);
  for (const query of ['renovation', 'leak', '明日', 'غدا', 'breaker tile', 'gro', 'client 5']) {
    await screen.search(query.slice(0, -1));
    await page.locator(`[data-query="${query.slice(0, -1).trim()}"]`).waitFor({timeout: 5000});
    const shown = { selector: `[data-query="${query}"] mark`, texts: [''] };
    console.log(query, await Promise.race([painted(page, () => page.keyboard.insertText(query.at(-1)!), shown), new Promise(r=>setTimeout(()=>r('hang'),5000))]));
    console.log(await page.evaluate(()=>[document.activeElement?.id,(document.activeElement as HTMLInputElement)?.value,document.querySelector('[data-testid=search-panel]')?.outerHTML.slice(0,400)]));
  }
} finally { await world.end(); await stop(); }
