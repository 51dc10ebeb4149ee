import { writeSync } from 'node:fs';
import path from 'node:path';

import { createSecretsFile, PLAIN } from '../secrets-file.ts';
import { createTestPlatform, silentLog, startTestApp } from './test-platform.ts';

/**
 * A program of its own to be killed: opens a profile, gives it a file, sends a message with it and another behind, and says on standard
 * output how many bytes the server has. Arguments: folder, server, e-mail, password, conversation, bytes of the file.
 */
const [dataDir, server, email, password, conversation, size] = process.argv.slice(2) as [
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
const place = { conversation, thread: 'all' as const };
const bytes = Number(size);
async function* body(): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes; from += 65_536) yield Buffer.alloc(Math.min(65_536, bytes - from), 'x');
}
await app.send('thread.open', place);
const file = await app.core.addFile({ ...place, name: 'large.txt', type: 'text/plain', bytes }, body());
await app.send('message.send', { ...place, text: 'with a file', files: [file.id] });
await app.send('message.send', { ...place, text: 'behind it' });
writeSync(1, 'queued\n');
for (let told = 0; ;) {
  told = await app.until('more of it', () => {
    const state = app.events('files.changed').at(-1)?.files[0]?.state;
    return state?.kind === 'uploading' && state.sent > told && state.sent;
  });
  writeSync(1, `sent ${told}\n`);
}
