import { partyOf } from '#shared/roles.ts';
import type { PersonView } from '#shared/views.ts';

/** What people write when they mean the agency alone. "The internal wiring" is none of it. */
const MEANT = [
  /^\W*(?:internal|internally|note to self|team only)\b\s*[:\-–—\])]/iu,
  /\b(?:internal (?:note|only)|internally only|for internal use|just between us|between you and me|team only|off the record)\b/iu,
  /\b(?:not for|don['’]?t (?:tell|show|let)|do not (?:tell|show|let)|without telling) (?:the )?(?:client|customer|worker|tenant)s?\b/iu,
  /\b(?:client|customer|worker|tenant)s? (?:must|should|may)(?:n['’]?t| not) (?:know|see|hear|find out)\b/iu,
];

/**
 * Whether something that is about to go to everybody looks as if it was meant for the team: it begins by speaking to a colleague and to nobody
 * else, or says so. Rare on purpose: who is asked each time stops to read the question.
 */
export function looksMeantForTeam(text: string, mentions: readonly PersonView[]): boolean {
  const plain = text.trim();
  const colleagues = mentions.length > 0 && mentions.every((person) => partyOf(person.role) === 'agency');
  if (colleagues && plain.startsWith('@')) return true;
  return MEANT.some((words) => words.test(plain));
}
