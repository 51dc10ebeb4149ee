import http from 'node:http';

/** What `http.setGlobalProxyFromEnv` takes; empty: no proxy. */
export type ProxyEnvironment = Record<string, string>;

/** This machine's own servers are reached without one, as browsers do. */
const LOOPBACK = 'localhost,127.0.0.1,[::1]';

/** Everything but this machine through one proxy; its address may hold a name and password. */
export function through(proxy: string): ProxyEnvironment {
  return { http_proxy: proxy, https_proxy: proxy, no_proxy: LOOPBACK };
}

/** The variables that programs of a terminal go by. */
export function proxyVariables(env: Readonly<Record<string, string | undefined>>): ProxyEnvironment {
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]);
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

/**
 * The first way of a PAC file's answer that can be gone: `PROXY a:8080; SOCKS b:1080; DIRECT`. `null`: directly, also where all that it
 * names is of a kind that isn't spoken here (SOCKS).
 */
export function firstWay(answer: string): { proxy: string | null; unknown: boolean } {
  let unknown = false;
  for (const way of answer
    .split(';')
    .map((part) => part.trim())
    .filter(Boolean)) {
    const [kind = '', place = ''] = way.split(/\s+/);
    if (kind.toUpperCase() === 'DIRECT') return { proxy: null, unknown };
    const scheme = { PROXY: 'http', HTTP: 'http', HTTPS: 'https' }[kind.toUpperCase()];
    if (scheme && /^[^\s/@]+:\d{1,5}$/.test(place)) return { proxy: `${scheme}://${place}`, unknown };
    unknown = true;
  }
  return { proxy: null, unknown };
}

/** Sets it for every connection that this process begins from now on. Returns false where the runtime is too old to (before Node 24.14). */
export function applyProxy(environment: ProxyEnvironment): boolean {
  if (!('setGlobalProxyFromEnv' in http)) return Object.keys(environment).length === 0;
  http.setGlobalProxyFromEnv(environment);
  return true;
}
