import { writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { createSecretsFile, PLAIN } from '../secrets-file.ts';
import { createTestPlatform, silentLog, startTestApp } from './test-platform.ts';

/**
 * A program of its own to be killed: opens a profile and writes one message after the other, and says each on standard
 * output once the core has answered. Arguments: folder, server, e-mail, password, conversation, round.
 */
const [dataDir, server, email, password, conversation, round] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string,
];
const secrets = createSecretsFile(path.join(dataDir, 'secrets.json'), PLAIN, silentLog);
const app = await startTestApp(createTestPlatform(dataDir, { secrets }), server);
await app.core.signIn(email, password);
await app.until('the conversation', async () => {
  const page = await app.send('inbox.list', { view: 'everything', offset: 0, limit: 50 });
  return page.rows.some((row) => row.conversation === conversation);
});
for (let n = 0; ; n++) {
  const text = `${round}-${n}`;
  await app.send('message.send', { conversation, thread: 'all', text });
  writeSync(1, `${text}\n`);
  await wait(8);
}
