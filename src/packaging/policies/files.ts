import { linuxExample } from './linux.ts';
import { mobileconfig } from './macos.ts';
import { policiesPage } from './table.ts';
import { adml, admx } from './windows.ts';

/** All that is written from the schema, by its place in this repository. Group policy editors want Windows' line ends. */
export const POLICY_FILES: Readonly<Record<string, () => string>> = {
  'resources/policies/windows/Trialogue.admx': () => admx().replaceAll('\n', '\r\n'),
  'resources/policies/windows/en-US/Trialogue.adml': () => adml().replaceAll('\n', '\r\n'),
  'resources/policies/macos/Trialogue.mobileconfig': mobileconfig,
  'resources/policies/linux/example.json': linuxExample,
  'docs/policies.md': policiesPage,
};
