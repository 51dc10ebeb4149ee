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
  const network = await world.network();
  const app = await world.app(ANA, network.url);
  const page = await world.page(app);
  const screen = new Screen(page);
  await screen.inbox.getByRole('option').first().waitFor();
  await page.waitForTimeout(3000);
  for (let i=0;i<4;i++){
  await network.cut();
  await screen.inbox.getByRole('option').first().click();
  async function send(text: string, also: string[]): Promise<number> {
    await screen.composer.fill(text);
    return painted(page, () => screen.composer.press('Enter'), { selector: '[data-testid=message]', texts: [text, ...also] });
  }
  const q=[]; for (let r=0;r<10;r++) q.push(Math.round(await send(`queued ${i}-${r}.`, [])));
  console.log(q.join(' '));
  await page.waitForTimeout(Number(process.env.OFF??4000));
  const t=performance.now();
  await network.mend();
  await screen.message(`queued ${i}-9.`).getByText('Sent').waitFor({ timeout: 60_000 });
  console.log('mended to sent', performance.now()-t);
  const a=[]; for (let r=0;r<40;r++) a.push(Math.round(await send(`sent ${i}-${r}.`, ['Sent'])));
  console.log(a.join(' '));
  }
} finally { await world.end(); await stop(); }
