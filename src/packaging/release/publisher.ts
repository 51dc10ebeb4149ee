import { SigningError } from './signing.ts';

const MAINTAINER = /^[^<>]+ <[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+>$/;

/**
 * Who the packages say that they are of, for the builder. What is in its configuration is nobody's address: nothing that is signed goes
 * out with it. @throws SigningError when something is missing or makes no sense
 */
export function publisherOf(signed: boolean, env: Readonly<Record<string, string | undefined>>): string[] {
  const { PUBLISHER_HOMEPAGE: homepage, PUBLISHER_MAINTAINER: maintainer } = env;
  if (!homepage && !maintainer) {
    if (signed) throw new SigningError('A signed build names who publishes it: set PUBLISHER_HOMEPAGE and PUBLISHER_MAINTAINER.');
    return [];
  }
  if (URL.parse(homepage ?? '')?.protocol !== 'https:') {
    throw new SigningError('PUBLISHER_HOMEPAGE has to be an address that begins with https://.');
  }
  if (!MAINTAINER.test(maintainer ?? '')) {
    throw new SigningError('PUBLISHER_MAINTAINER has to be a name and an address: Harbor Inc <packages@harbor.org>.');
  }
  return [`-c.extraMetadata.homepage=${homepage}`, `-c.linux.maintainer=${maintainer}`];
}
