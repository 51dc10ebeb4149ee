import type { Command } from 'commander';

import { seedDemo } from '../demo/seed-demo.ts';
import type { AdminContext } from './command.ts';

export function addDemoCommand(program: Command, admin: AdminContext): void {
  program
    .command('seed-demo')
    .description('Make the demo agency, its people and conversations; what is there already stays as it is')
    .action(async () =>
      admin.run(async ({ db, dataDir }) => {
        const { added, ...seeded } = await seedDemo(db, dataDir);
        const owner = seeded.people[0]!;
        return {
          json: { ...seeded, added },
          text: `Added ${added} conversations of "${seeded.agency}". Sign in as ${owner.email} with the password ${seeded.password}.`,
        };
      }),
    );
}
