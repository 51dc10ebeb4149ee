import { expect, test } from 'vitest';

import { Report } from './report.ts';

test('[IMPORT-2] a report tells counts and reasons with their first ids, and fails by what was left alone', () => {
  const report = new Report();
  report.count('messages', 'new', 12);
  report.count('messages', 'known', 3);
  for (let id = 1; id <= 25; id++) report.mend('message', id, 'was mended');
  report.passOver('accounts', 8, 'without a profile');
  expect(report.failed).toBe(false);
  expect(report.toText()).toContain('  messages: 12 new, 3 known\n');
  expect(report.toText()).toContain('Mended:\n  message: 25 was mended (1, 2, 3, 4,');
  expect(report.toText()).toContain('20, …)\nPassed over:\n  accounts: 1 without a profile (8)');
  expect(report.toText()).not.toContain('Left:');
  report.leave('message', '?', 'has no id');
  expect(report.failed).toBe(true);
  expect(report.toJson()).toMatchObject({
    mended: [{ count: 25 }],
    left: [{ kind: 'message', why: 'has no id', count: 1, ids: ['?'] }],
  });
});
