import { describe, expect, it } from 'vitest';

import { signingOf, SigningError } from './signing.ts';

const named = '-c.artifactName=${productName}-${version}-unsigned-${os}-${arch}.${ext}';
const certificate = { WIN_CSC_LINK: 'file', WIN_CSC_KEY_PASSWORD: 'secret', SIGNING_PUBLISHER: 'Harbor Inc' };
const azure = {
  AZURE_TENANT_ID: 't',
  AZURE_CLIENT_ID: 'c',
  AZURE_CLIENT_SECRET: 'secret',
  AZURE_SIGNING_ENDPOINT: 'https://eus.codesigning.azure.net/',
  AZURE_SIGNING_ACCOUNT: 'account',
  AZURE_SIGNING_PROFILE: 'profile',
  SIGNING_PUBLISHER: 'Harbor Inc',
};
const apple = { CSC_LINK: 'app', CSC_KEY_PASSWORD: 'secret', CSC_INSTALLER_LINK: 'pkg', CSC_INSTALLER_KEY_PASSWORD: 'secret' };
const notary = { APPLE_API_KEY: 'secret', APPLE_API_KEY_ID: 'id', APPLE_API_ISSUER: 'issuer' };

describe('signing', () => {
  it('[IT-1] without anything in the environment each build says in its name that nobody signed it', () => {
    for (const system of ['windows', 'mac', 'linux'] as const) {
      const { how, changes } = signingOf(system, { WIN_CSC_LINK: '', CSC_LINK: '', GPG_KEY_ID: '' });
      expect([how, ...changes.slice(-2)]).toEqual(['none', '-c.extraMetadata.unsigned=true', named]);
    }
    expect(signingOf('mac', {}).changes).toContain('-c.mac.identity=null');
  });

  it('[IT-1] Windows is signed by Azure or with a certificate, never by both', () => {
    expect(signingOf('windows', azure)).toEqual({
      how: 'azure',
      changes: [
        '-c.win.azureSignOptions.publisherName=Harbor Inc',
        '-c.win.azureSignOptions.endpoint=https://eus.codesigning.azure.net/',
        '-c.win.azureSignOptions.codeSigningAccountName=account',
        '-c.win.azureSignOptions.certificateProfileName=profile',
      ],
    });
    expect(signingOf('windows', certificate)).toEqual({
      how: 'certificate',
      changes: ['-c.win.signtoolOptions.publisherName=Harbor Inc', '-c.forceCodeSigning=true'],
    });
    expect(() => signingOf('windows', { ...azure, ...certificate })).toThrow(SigningError);
  });

  it('[IT-1] macOS is signed and notarised, or neither', () => {
    expect(signingOf('mac', { ...apple, ...notary })).toEqual({ how: 'apple', changes: ['-c.forceCodeSigning=true'] });
    expect(() => signingOf('mac', apple)).toThrow('APPLE_API_KEY');
    expect(() => signingOf('mac', notary)).toThrow('CSC_LINK');
  });

  it('[IT-1] what is begun and not whole is refused, with what is missing', () => {
    for (const [system, all, begins] of [
      ['windows', azure, 'AZURE_SIGNING_ACCOUNT'],
      ['windows', certificate, 'WIN_CSC_LINK'],
      ['mac', { ...apple, ...notary }, 'CSC_LINK'],
    ] as const) {
      for (const name of Object.keys(all).filter((one) => one !== begins)) {
        expect(() => signingOf(system, { ...all, [name]: '' }), name).toThrow(name);
      }
    }
  });

  it('[IT-1] no secret is among the builder’s arguments, which anybody on the machine can list', () => {
    const all = { ...azure, ...apple, ...notary, GPG_KEY_ID: 'k' };
    for (const system of ['windows', 'mac', 'linux'] as const) {
      expect(signingOf(system, all).changes.join(' ')).not.toContain('secret');
    }
    expect(signingOf('windows', certificate).changes.join(' ')).not.toContain('secret');
  });
});
