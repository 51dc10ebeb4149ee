export type System = 'linux' | 'windows' | 'mac';
type Environment = Readonly<Record<string, string | undefined>>;

/** How a build is signed; `changes` are arguments for the builder. Secrets stay in the environment, where the builder looks itself. */
export type Signing = { how: 'azure' | 'certificate' | 'apple' | 'gpg' | 'none'; changes: string[] };

/** Some of what belongs together is there: rather no build than one that looks signed and isn't. */
export class SigningError extends Error {
  override readonly name = 'SigningError';
}

const AZURE = [
  'AZURE_TENANT_ID',
  'AZURE_CLIENT_ID',
  'AZURE_CLIENT_SECRET',
  'AZURE_SIGNING_ENDPOINT',
  'AZURE_SIGNING_ACCOUNT',
  'AZURE_SIGNING_PROFILE',
  'SIGNING_PUBLISHER',
];
const CERTIFICATE = ['WIN_CSC_LINK', 'WIN_CSC_KEY_PASSWORD', 'SIGNING_PUBLISHER'];
const APPLE = ['CSC_LINK', 'CSC_KEY_PASSWORD', 'CSC_INSTALLER_LINK', 'CSC_INSTALLER_KEY_PASSWORD'];
const APPLE_NOTARY = ['APPLE_API_KEY', 'APPLE_API_KEY_ID', 'APPLE_API_ISSUER'];
const GPG = ['GPG_KEY_ID'];

/** The name of a file that nobody signed says so, that it isn't taken for another; and the app in it knows, and doesn't try to replace itself. */
const UNSIGNED = ['-c.extraMetadata.unsigned=true', '-c.artifactName=${productName}-${version}-unsigned-${os}-${arch}.${ext}'];

/** Pure. @throws SigningError when something is missing of what was begun. */
export function signingOf(system: System, env: Environment): Signing {
  switch (system) {
    case 'windows':
      return windows(env);
    case 'mac':
      return mac(env);
    case 'linux':
      // Packages carry no signature of their own that their systems would check: each gets one beside it, made afterwards.
      return whole(env, GPG, GPG) ? { how: 'gpg', changes: [] } : { how: 'none', changes: [...UNSIGNED] };
  }
}

function windows(env: Environment): Signing {
  const publisher = `-c.win.signtoolOptions.publisherName=${env['SIGNING_PUBLISHER'] ?? ''}`;
  const certificate = whole(env, CERTIFICATE, ['WIN_CSC_LINK']);
  if (whole(env, AZURE, AZURE.slice(3, 6))) {
    if (certificate)
      throw new SigningError('Set either the variables of Azure or those of a certificate (WIN_CSC_LINK), not both.');
    const options = {
      publisherName: env['SIGNING_PUBLISHER'],
      endpoint: env['AZURE_SIGNING_ENDPOINT'],
      codeSigningAccountName: env['AZURE_SIGNING_ACCOUNT'],
      certificateProfileName: env['AZURE_SIGNING_PROFILE'],
    };
    return { how: 'azure', changes: Object.entries(options).map(([name, value]) => `-c.win.azureSignOptions.${name}=${value}`) };
  }
  if (certificate) return { how: 'certificate', changes: [publisher, '-c.forceCodeSigning=true'] };
  return { how: 'none', changes: [...UNSIGNED] };
}

function mac(env: Environment): Signing {
  const signed = whole(env, APPLE, ['CSC_LINK']);
  const notarised = whole(env, APPLE_NOTARY, APPLE_NOTARY);
  if (signed !== notarised) {
    throw new SigningError(
      signed
        ? `A Mac doesn’t open what is signed and not notarised: ${APPLE_NOTARY.join(', ')} are missing.`
        : `Only what is signed can be notarised: ${APPLE.join(', ')} are missing.`,
    );
  }
  return signed
    ? { how: 'apple', changes: ['-c.forceCodeSigning=true'] }
    : { how: 'none', changes: ['-c.mac.identity=null', '-c.mac.notarize=false', ...UNSIGNED] };
}

/** Whether all of `names` are there; `sign`: those of them whose presence says that it was meant. An empty one counts as none. */
function whole(env: Environment, names: readonly string[], sign: readonly string[]): boolean {
  if (!sign.some((name) => env[name])) return false;
  const missing = names.filter((name) => !env[name]);
  if (missing.length > 0) throw new SigningError(`To sign, these are missing in the environment: ${missing.join(', ')}.`);
  return true;
}
