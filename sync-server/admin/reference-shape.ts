/** What a stranger needs to know of a command besides its options. `json`: the fields of its one object; `?`: not always there. */
export type CommandReference = {
  group: Group;
  /** Behind `npm run -s admin -- `. */
  examples: readonly string[];
  json: Readonly<Record<string, string>>;
  /** What it does not do, and what to know before it is called. */
  notes?: readonly string[];
};

export const GROUPS = [
  'Agencies and their rules',
  'People',
  'Conversations',
  'Keeping and erasing',
  'Platforms',
  'The data as a whole',
] as const;
export type Group = (typeof GROUPS)[number];

export const EXIT_CODES: Readonly<Record<0 | 1 | 2 | 3, string>> = {
  0: 'done',
  1: 'it could not be done, or it found problems; what it printed says which',
  2: 'it was asked wrongly; nothing was done',
  3: 'the database can not be reached; nothing is lost, try again',
};

/** Of options that mean the same wherever they are. */
export const OPTION_ABOUT: Readonly<Record<string, string>> = {
  '--agency': 'which agency',
  '--account': 'whose account',
  '--conversation': 'which conversation; list-conversations tells them',
  '--mode': 'what is done: nothing, a warning, or a refusal',
  '--key': 'which key; list-api-keys tells them',
  '--job-title': 'what the job is called, 1 to 200 characters',
  '--status': 'how far the job is',
  '--location': 'where the job is',
  '--reason': 'why sending is closed',
  '--on': 'close sending for this reason',
  '--off': 'this reason is over',
  '--role': 'what they are at the agency',
  '--url': 'where it is called',
  '--webhook': 'which one; list-webhooks tells them',
};
