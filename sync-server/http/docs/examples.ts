const ID = '0199c2f0-6a1b-7c3d-8e4f-5a6b7c8d9e0f';
const TOKEN = 'T0kEnOfThisLink';
const PASSWORD = 'correct horse battery staple';

/** A body for each route that takes one, as people may send it. */
export const EXAMPLES: Record<string, unknown> = {
  'POST /api/v1/session': { email: 'ana@example.com', password: PASSWORD, device: { name: 'Ana’s laptop' } },
  'POST /api/v1/session/refresh': { refreshToken: TOKEN },
  'POST /api/v1/password': { current: PASSWORD, next: 'a longer one with a boat in it' },
  'POST /api/v1/password/reset': { token: TOKEN, password: PASSWORD },
  'POST /api/v1/invitations': { email: 'ben@example.com', role: 'staff', name: 'Ben Cruz' },
  'POST /api/v1/invitations/read': { token: TOKEN },
  'POST /api/v1/invitations/accept': { token: TOKEN, password: PASSWORD, device: { name: 'Ben’s phone' } },
  'PATCH /api/v1/people/:id': { role: 'employee' },
  'POST /api/v1/conversations': {
    job: { title: 'Fix the sink', location: 'Cebu', startsOn: '2026-12-01' },
    clients: [ID],
    workers: [ID],
  },
  'PUT /api/v1/reads': [{ conversation: ID, thread: 'all', seq: 12 }],
  'POST /api/v1/log': [{ document: `${ID}/all/1`, after: 0 }],
  'POST /api/v1/notifications/read': { all: true },
  'POST /api/v1/webhooks': { url: 'https://push.example.com/trialogue', events: ['NEW_MESSAGE', 'MENTION'], withText: false },
  'PUT /api/v1/platform/jobs/:externalId': {
    title: 'Paint the gate',
    status: 'open',
    participants: [{ person: '77', role: 'worker', name: 'Wim Santos', email: 'wim@example.com' }],
  },
  'PUT /api/v1/platform/jobs/:externalId/participants/:person': { role: 'client' },
};
