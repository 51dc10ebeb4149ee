import type { ActivationArguments } from 'electron';

import type { NotificationAct } from '#core/platform.ts';
import type { NotificationView } from '#shared/app-views.ts';

import type { ShellWords } from './words.ts';

/**
 * Windows gives back what stands in `launch` and `arguments`, also to an app that it starts for it: so they say which notification it was.
 * Electron's own would say a number that only the run that showed it can make sense of.
 */
export function toastXml(view: NotificationView, words: ShellWords): string {
  const launch = (act: NotificationAct['kind']): string =>
    escape(new URLSearchParams({ type: 'click', act, id: view.id }).toString());
  const reply = view.actions.includes('reply')
    ? `<input id="reply" type="text" placeHolderContent="${escape(words.replyHint)}"/>` +
      `<action content="${escape(words.reply)}" arguments="${launch('reply')}" activationType="foreground" hint-inputId="reply"/>`
    : '';
  const read = view.actions.includes('read')
    ? `<action content="${escape(words.markRead)}" arguments="${launch('read')}" activationType="foreground"/>`
    : '';
  return (
    `<toast launch="${launch('open')}" activationType="foreground"><visual><binding template="ToastGeneric">` +
    `<text>${escape(view.title)}</text><text>${escape(view.body)}</text></binding></visual>` +
    (reply + read === '' ? '' : `<actions>${reply}${read}</actions>`) +
    `${view.quiet ? '<audio silent="true"/>' : ''}</toast>`
  );
}

/** What was done with which notification; `null` for what isn't one of ours. */
export function readActivation(
  details: Pick<ActivationArguments, 'arguments' | 'reply' | 'userInputs'>,
): { id: string; act: NotificationAct } | null {
  const given = new URLSearchParams(details.arguments);
  const id = given.get('id');
  if (id === null || id === '' || id.length > 200) return null;
  switch (given.get('act')) {
    case 'open':
      return { id, act: { kind: 'open' } };
    case 'read':
      return { id, act: { kind: 'read' } };
    case 'reply':
      return { id, act: { kind: 'reply', text: details.reply ?? details.userInputs?.['reply'] ?? '' } };
    default:
      return null;
  }
}

/** What people wrote becomes text and nothing else; signs that XML has no place for become a replacement. */
function escape(text: string): string {
  const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
  return (
    text
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex -- these are the ones
      .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD')
      .replaceAll(/[&<>"']/g, (sign) => signs[sign]!)
  );
}
