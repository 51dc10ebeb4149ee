/** For the builder: where the app that is built looks for newer versions. Without an address it looks nowhere. */
export function addressChanges(address: string | undefined): string[] {
  if (!address) return [];
  return ['-c.publish.provider=generic', `-c.publish.url=${address}`, '-c.publish.channel=latest'];
}
