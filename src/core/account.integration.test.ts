import { expect, it } from 'vitest';

import { inInbox, messages, online, place, type Person } from './testing/apps.ts';
import { serverAndPeopleInFile } from './testing/in-file.ts';
import type { ServerProcess } from './testing/server-process.ts';

let server: ServerProcess;
let staff: Person;
let client: Person;
let worker: Person;
const { signedIn } = serverAndPeopleInFile((made) => ({ server, staff, client, worker } = made));

it('[DESK-4] tells where one is signed in, and signs another device out', async () => {
  const [here, there] = [await signedIn(staff), await signedIn(staff)];
  const { devices } = await here.send('account.devices', {});
  expect(devices.filter((device) => device.current)).toHaveLength(1);
  for (const device of devices.filter((one) => !one.current))
    await here.send('account.endDevice', { id: device.id, wipe: false });
  await there.until('signed out', () =>
    there.events('status').some(({ connection }) => connection.kind === 'signed-out' && connection.reason === 'ended'),
  );
  expect((await here.send('account.devices', {})).devices).toHaveLength(1);
});

it('[DESK-4] an owner invites, changes and shuts out the people of their agency, and nobody else does', async () => {
  const [boss, other] = [await server.account('owner', 'Olga Owner'), await server.account('staff', 'Ben Cruz')];
  const app = await signedIn(boss);
  const { link } = await app.send('people.invite', { email: 'eva@example.test', name: null, role: 'employee' });
  expect(link).toMatch(/\/account#invitation=[\w-]{43}$/);
  const { people, invitations } = await app.send('people.list', {});
  expect(people).toContainEqual({ id: other.id, name: 'Ben Cruz', email: other.email, role: 'staff', disabled: false });
  expect(invitations).toEqual([
    { id: expect.any(String), email: 'eva@example.test', name: null, role: 'employee', expiresAt: expect.any(Number) },
  ]);
  await app.send('people.withdraw', { id: invitations[0]!.id });
  expect(await app.send('people.change', { id: other.id, role: 'employee' })).toMatchObject({ role: 'employee' });
  expect(await app.send('people.change', { id: other.id, disabled: true })).toMatchObject({ disabled: true });
  const after = await app.send('people.list', {});
  expect(after.invitations).toEqual([]);
  expect(after.people.find(({ id }) => id === other.id)).toMatchObject({ role: 'employee', disabled: true });
  await expect(app.send('people.change', { id: boss.id, disabled: true })).rejects.toMatchObject({ code: 'forbidden' });
  const elsewhere = await signedIn(staff);
  await expect(elsewhere.send('people.list', {})).rejects.toMatchObject({ code: 'forbidden' });
});

it('[DESK-4] changes the password, and says in words why not', async () => {
  const app = await signedIn(client);
  await expect(app.send('account.changePassword', { current: 'wrong', next: 'a fresh long phrase' })).rejects.toMatchObject({
    code: 'sign-in-failed',
  });
  await expect(app.send('account.changePassword', { current: client.password, next: 'aaaaaaaaaaaa' })).rejects.toThrow(
    /password/,
  );
  await app.send('account.changePassword', { current: client.password, next: 'a fresh long phrase' });
  client = { ...client, password: 'a fresh long phrase' };
  expect(await online(await signedIn(client))).toBeTruthy();
});

it('[DESK-4] says how much lies here, and what helps support has no words of anybody', async () => {
  const conversation = await server.conversation('Blue shutters', client.email, worker.email);
  const app = await signedIn(staff);
  await inInbox(app, conversation);
  const { key } = await app.send('message.send', { ...place(conversation), text: 'Under the green pot' });
  await app.until('sent', async () =>
    (await messages(app, conversation)).find((one) => one.key === key && one.state.kind === 'sent'),
  );
  const usage = await app.send('storage.usage', {});
  expect(usage.messages).toBeGreaterThan(0);
  expect(usage.databaseBytes).toBeGreaterThan(0);
  const { text } = await app.send('diagnostics', {});
  expect(text).toContain('Connection: online');
  for (const word of ['green pot', 'Blue shutters', staff.email, 'Ana']) expect(text).not.toContain(word);
});
