import { FakePlatform, time } from './platform.ts';

export const PHOTO_KEYS = [
  'chat/conversation_201/images/message_20260301_080300_11.png',
  'chat/conversation_201/images/agency_message_20260301_080310_21.png',
  'chat/conversation_201/images/message_20260301_080320_11.png',
] as const;

/** A platform with each oddity that the reference of its data names, and with nobody real in it. */
export function gotchaPlatform(): FakePlatform {
  const platform = new FakePlatform();
  platform.add(
    'accounts_accounts',
    { accountID: 1, email: 'rosa@people.example' },
    { accountID: 2, email: 'joel@people.example' },
    { accountID: 3, email: 'acme@agency.example' },
    { accountID: 4, email: 'bravo@agency.example' },
    { accountID: 5, email: 'nina@people.example' },
    { accountID: 6, email: 'admin@platform.example', is_staff: true },
    { accountID: 7, email: 'ben@people.example', is_banned: true },
    { accountID: 8, email: 'unfinished@people.example' },
    { accountID: 9, email: 'castor@agency.example' },
    { accountID: 10, email: 'delta@agency.example' },
  );
  platform.add(
    'accounts_profile',
    { profileID: 11, accountFK_id: 1, firstName: 'Rosa', lastName: 'Villanueva' },
    { profileID: 12, accountFK_id: 2, profileType: 'WORKER', firstName: 'Joel', lastName: 'Santos' },
    { profileID: 15, accountFK_id: 5, firstName: 'Nina', lastName: 'Cruz' },
    { profileID: 16, accountFK_id: 5, profileType: 'WORKER', firstName: 'Nina', lastName: 'Cruz' },
    { profileID: 17, accountFK_id: 7, firstName: 'Ben', lastName: 'Ramos' },
  );
  platform.add('accounts_clientprofile', { id: 1, profileID_id: 11 }, { id: 2, profileID_id: 15 });
  platform.add(
    'accounts_agency',
    { agencyId: 21, accountFK_id: 3, businessName: 'Acme Repairs' },
    { agencyId: 22, accountFK_id: 4, businessName: 'Bravo Works' },
    { agencyId: 23, accountFK_id: 9, businessName: 'Castor Homes' },
    { agencyId: 24, accountFK_id: 10, businessName: 'Delta Build' },
  );
  platform.add(
    'agency_employees',
    { employeeID: 31, agency_id: 3, name: 'Ed Lim', firstName: 'Ed', lastName: 'Lim', email: 'ed@agency.example' },
    { employeeID: 32, agency_id: 9, name: 'Fe Tan', email: '' },
    { employeeID: 33, agency_id: 3, name: 'Gil Uy', email: 'ed@agency.example' },
    { employeeID: 34, agency_id: 3, name: 'Hal Yap', email: 'hal@agency.example' },
  );
  for (let job = 101; job <= 110; job++) platform.add('jobs', { jobID: job, title: `Job ${job}` });
  Object.assign(platform.find('jobs', 'jobID', 102), { assignedAgencyFK_id: 21, assignedEmployeeID_id: 34 });
  Object.assign(platform.find('jobs', 'jobID', 109), {
    status: 'COMPLETED',
    workerMarkedComplete: true,
    clientMarkedComplete: true,
  });
  Object.assign(platform.find('jobs', 'jobID', 110), { status: 'ACTIVE', preferredStartDate: '2999-01-31' });
  platform.add(
    'job_skill_slots',
    { skillSlotID: 41, jobID_id: 102, invited_agency_id: 22, agency_invite_status: 'ACCEPTED' },
    { skillSlotID: 42, jobID_id: 102, invited_agency_id: 24, agency_invite_status: 'PENDING' },
  );
  platform.add(
    'job_employee_assignments',
    { assignmentID: 51, job_id: 102, employee_id: 31 },
    { assignmentID: 52, job_id: 102, employee_id: 33, status: 'REMOVED' },
    { assignmentID: 53, job_id: 103, employee_id: 32 },
  );
  platform.add('job_disputes', { disputeID: 61, jobID_id: 108, status: 'UNDER_REVIEW' });
  platform.add(
    'job_reviews',
    { reviewID: 71, jobID_id: 109, reviewerType: 'CLIENT' },
    { reviewID: 72, jobID_id: 109, reviewerType: 'AGENCY' },
    { reviewID: 73, jobID_id: 101, reviewerType: 'CLIENT' },
  );
  platform.add(
    'conversation',
    { conversationID: 201, client_id: 11, agency_id: 21, relatedJobPosting_id: 101 },
    { conversationID: 202, client_id: 11, relatedJobPosting_id: 102, conversation_type: 'TEAM_GROUP' },
    { conversationID: 203, client_id: 11, relatedJobPosting_id: 103 },
    { conversationID: 204, client_id: 11, relatedJobPosting_id: 104 },
    { conversationID: 205, client_id: 15, relatedJobPosting_id: 105, conversation_type: 'TEAM' },
    { conversationID: 206, client_id: 15, worker_id: 12, relatedJobPosting_id: 106 },
    { conversationID: 207, client_id: 11, worker_id: 16, agency_id: 22, relatedJobPosting_id: 107 },
    { conversationID: 208, client_id: 11, agency_id: 21, relatedJobPosting_id: 108 },
    { conversationID: 209, client_id: 11, agency_id: 21, relatedJobPosting_id: 109, status: 'COMPLETED' },
    { conversationID: 210, client_id: 11, agency_id: 21, relatedJobPosting_id: 110 },
  );
  platform.add(
    'conversation_participants',
    { participantID: 81, conversation_id: 202, profile_id: 11 },
    { participantID: 82, conversation_id: 202, profile_id: 12, participant_type: 'WORKER', last_read_at: time(205) },
    { participantID: 83, conversation_id: 202, admin_account_id: 6, participant_type: 'ADMIN' },
    { participantID: 84, conversation_id: 205, profile_id: 15 },
  );
  // Not in the order of their times, as rows stand in a dump after updates.
  platform.add(
    'message',
    { messageID: 306, conversationID_id: 201, sender_id: 11, messageText: 'Are you there?', createdAt: time(330) },
    {
      messageID: 301,
      conversationID_id: 201,
      sender_id: 11,
      messageText: 'Tumutulo\tang\nlababo \\N 👩‍🔧',
      isRead: true,
      createdAt: time(1),
    },
    {
      messageID: 302,
      conversationID_id: 201,
      senderAgency_id: 21,
      messageText: 'We can come at two.',
      isRead: true,
      createdAt: time(2),
    },
    {
      messageID: 303,
      conversationID_id: 201,
      sender_id: 11,
      messageType: 'SYSTEM',
      messageText: 'Work has started',
      createdAt: time(3),
    },
    { messageID: 308, conversationID_id: 201, messageType: 'SYSTEM', messageText: 'Work is done', createdAt: time(340) },
    { messageID: 311, conversationID_id: 201, sender_id: 11, messageType: 'IMAGE', isRead: true, createdAt: time(180) },
    { messageID: 312, conversationID_id: 201, senderAgency_id: 21, messageType: 'IMAGE', isRead: true, createdAt: time(190) },
    { messageID: 313, conversationID_id: 201, sender_id: 11, messageType: 'IMAGE', isRead: true, createdAt: time(200) },
    { messageID: 314, conversationID_id: 201, sender_id: 11, messageType: 'IMAGE', isRead: true, createdAt: time(210) },
    { messageID: 322, conversationID_id: 202, sender_admin_id: 6, messageText: 'This is the platform.', createdAt: time(202) },
    {
      messageID: 321,
      conversationID_id: 202,
      sender_id: 11,
      senderAgency_id: 22,
      messageText: 'Hello all',
      createdAt: time(202),
    },
    { messageID: 323, conversationID_id: 202, senderAgency_id: 22, messageText: 'Bravo here', createdAt: time(210) },
    { messageID: 331, conversationID_id: 206, sender_id: 15, messageText: 'Hi Joel', isRead: true, createdAt: time(1) },
    { messageID: 332, conversationID_id: 206, sender_id: 17, messageText: 'Ben was here once', createdAt: time(2) },
    { messageID: 351, conversationID_id: 208, messageType: 'SYSTEM', messageText: 'A dispute was opened', createdAt: time(5) },
    {
      messageID: 341,
      conversationID_id: 207,
      sender_id: 16,
      messageType: 'LOCATION',
      locationAddress: 'Tetuan',
      locationLandmark: 'beside the chapel',
      locationLatitude: '6.9214420',
      locationLongitude: '122.0790270',
      createdAt: time(1),
    },
  );
  platform.add(
    'message_attachment',
    { attachmentID: 91, messageID_id: 311, fileURL: PHOTO_KEYS[0] },
    { attachmentID: 92, messageID_id: 312, fileURL: `/media/iayos_files/${PHOTO_KEYS[1]}` },
    {
      attachmentID: 93,
      messageID_id: 313,
      fileURL: `https://store.example/storage/v1/object/sign/iayos_files/${PHOTO_KEYS[2]}?token=${'x'.repeat(600)}`,
    },
    { attachmentID: 94, messageID_id: 314, fileURL: 'chat/conversation_201/images/lost.png' },
  );
  return platform;
}
