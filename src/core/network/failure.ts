import { AppError } from '#shared/errors.ts';

/** What TLS says of a certificate that nobody here vouches for, or that isn't the server's. */
const UNTRUSTED = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|ERR_TLS_CERT_)/;

/**
 * Why a server could not be reached, in words for a person. `details.network` says what only IT can mend: `certificate` or `proxy`.
 */
export function networkFailure(error: unknown): AppError {
  const chain = causes(error);
  if (chain.some(({ code }) => UNTRUSTED.test(code))) {
    return new AppError(
      'server-unreachable',
      'The server shows a certificate that this computer doesn’t trust, so nothing was sent to it. What you wrote is kept. Ask your IT.',
      { network: 'certificate' },
    );
  }
  if (chain.some(({ code, message }) => code === 'ERR_PROXY_TUNNEL' || /\b407\b/.test(message))) {
    return new AppError(
      'server-unreachable',
      'Your network’s proxy doesn’t let this app through. What you wrote is kept. Ask your IT.',
      {
        network: 'proxy',
      },
    );
  }
  return new AppError('offline', 'The server can’t be reached. What you wrote is kept and is sent when it can.', {
    cause: error instanceof Error ? error.name : 'unknown',
  });
}

/** `fetch` hides the reason behind reasons. */
function causes(error: unknown): { code: string; message: string }[] {
  const chain: { code: string; message: string }[] = [];
  for (let at: unknown = error; at instanceof Error && chain.length < 8; at = at.cause) {
    chain.push({ code: (at as NodeJS.ErrnoException).code ?? '', message: at.message });
  }
  return chain;
}
