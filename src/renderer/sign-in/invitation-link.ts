/** What a link of an invitation, or for a new password, leads to; `null` for anything else. */
export function readInvitationLink(text: string): { url: string; server: string } | null {
  const url = URL.parse(text.trim());
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '' || url.search !== '') return null;
  if (!url.pathname.endsWith('/account') || !/^#(invitation|reset)=[\w-]{20,200}$/.test(url.hash)) return null;
  return { url: url.href, server: url.origin + url.pathname.slice(0, -'/account'.length) };
}
