/** What `npm start` gives to an app from the checkout, so that it opens signed in. An installed app takes none of it. */
export type Development = {
  dataDir: string | null;
  server: string;
  signIn: { email: string; password: string } | null;
  /** Read instead of the system's policies, to try some out. */
  policiesDir: string | null;
};

export function readDevelopment(packaged: boolean, env: Record<string, string | undefined>): Development {
  if (packaged) return { dataDir: null, server: '', signIn: null, policiesDir: null };
  const email = env['TRIALOGUE_EMAIL'];
  const password = env['TRIALOGUE_PASSWORD'];
  return {
    dataDir: env['TRIALOGUE_DATA_DIR'] ?? null,
    server: env['TRIALOGUE_SERVER'] ?? '',
    signIn: email && password ? { email, password } : null,
    policiesDir: env['TRIALOGUE_POLICIES_DIR'] ?? null,
  };
}
