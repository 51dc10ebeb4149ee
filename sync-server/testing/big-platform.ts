import { FakePlatform, time } from './platform.ts';

/** A platform of many messages, the same each time: 200 clients, 100 workers, 10 agencies, 2,000 conversations of unequal length. */
export function bigPlatform(messages: number): FakePlatform {
  const platform = new FakePlatform();
  const [clients, workers, agencies, conversations] = [200, 100, 10, 2_000];
  for (let id = 1; id <= clients + workers + agencies; id++)
    platform.add('accounts_accounts', { accountID: id, email: `p${id}@people.example` });
  for (let id = 1; id <= clients; id++) {
    platform.add('accounts_profile', { profileID: id, accountFK_id: id, firstName: 'Client', lastName: `No. ${id}` });
    platform.add('accounts_clientprofile', { id, profileID_id: id });
  }
  for (let id = clients + 1; id <= clients + workers; id++)
    platform.add('accounts_profile', {
      profileID: id,
      accountFK_id: id,
      profileType: 'WORKER',
      firstName: 'Worker',
      lastName: `No. ${id}`,
    });
  for (let id = 1; id <= agencies; id++)
    platform.add('accounts_agency', { agencyId: id, accountFK_id: clients + workers + id, businessName: `Agency No. ${id}` });
  for (let id = 1; id <= conversations; id++) {
    platform.add('jobs', { jobID: id, title: `Job No. ${id}`, clientID_id: (id % clients) + 1 });
    platform.add('conversation', {
      conversationID: id,
      client_id: (id % clients) + 1,
      worker_id: clients + (id % workers) + 1,
      agency_id: (id % agencies) + 1,
      relatedJobPosting_id: id,
      createdAt: time(id),
    });
  }
  for (let id = 1; id <= messages; id++) {
    // Most of it in few conversations, and never two of one after the other.
    const conversation = Math.floor((((id * 7_919) % 1_000_003) ** 2 / 1_000_003 ** 2) * conversations) + 1;
    const byAgency = id % 3 === 0;
    platform.add('message', {
      messageID: id,
      conversationID_id: conversation,
      sender_id: byAgency ? null : (conversation % clients) + 1,
      senderAgency_id: byAgency ? (conversation % agencies) + 1 : null,
      messageText: `Message ${id}: the pump under the sink leaks again,\nplease come ${id % 2 === 0 ? 'tomorrow at two' : 'bukas ng hapon'}. ñ 👍`,
      isRead: id % 5 !== 0,
      createdAt: time(id * 10),
    });
  }
  return platform;
}
