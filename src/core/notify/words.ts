import type { Language } from '#shared/languages.ts';

/** What notifications say beside what people wrote: they are made here, where no page may be open. */
export type NotifyWords = {
  sentFiles: (count: number) => string;
  notes: string;
  mentionsYou: string;
  newMessages: (count: number) => string;
  somethingNew: string;
  newForYou: (count: number) => string;
  assigned: (by: string) => string;
  somebody: string;
  test: string;
  notSent: string;
};

const ENGLISH: NotifyWords = {
  sentFiles: (count) => (count === 1 ? 'sent a file' : `sent ${count} files`),
  notes: 'Team notes',
  mentionsYou: 'mentions you',
  newMessages: (count) => `${count} new messages`,
  somethingNew: 'Something new for you',
  newForYou: (count) => `${count} new messages for you`,
  assigned: (by) => `${by} assigned this job to you`,
  somebody: 'Somebody',
  test: 'This is how you will be told of new messages.',
  notSent: 'Not sent from the notification',
};

const FILIPINO: NotifyWords = {
  sentFiles: (count) => (count === 1 ? 'nagpadala ng file' : `nagpadala ng ${count} file`),
  notes: 'Team notes',
  mentionsYou: 'na-mention ka',
  newMessages: (count) => `${count} bagong mensahe`,
  somethingNew: 'May bago para sa iyo',
  newForYou: (count) => `${count} bagong mensahe para sa iyo`,
  assigned: (by) => `In-assign sa iyo ni ${by} ang trabahong ito`,
  somebody: 'May tao',
  test: 'Ganito ka masasabihan sa mga bagong mensahe.',
  notSent: 'Hindi naipadala mula sa notification',
};

const ARABIC_COUNT = new Intl.PluralRules('ar');
/** `forms`: for two, for three to ten, and for the rest. */
function counted(count: number, [two, few, rest]: readonly [string, string, string]): string {
  const form = ARABIC_COUNT.select(count);
  return form === 'two' ? two : `${count} ${form === 'few' ? few : rest}`;
}

const ARABIC: NotifyWords = {
  sentFiles: (count) => (count === 1 ? 'أرسل ملفًا' : `أرسل ${counted(count, ['ملفين', 'ملفات', 'ملفًا'])}`),
  notes: 'ملاحظات الفريق',
  mentionsYou: 'أشار إليك',
  newMessages: (count) => counted(count, ['رسالتان جديدتان', 'رسائل جديدة', 'رسالة جديدة']),
  somethingNew: 'لديك جديد',
  newForYou: (count) => `${counted(count, ['رسالتان جديدتان', 'رسائل جديدة', 'رسالة جديدة'])} لك`,
  assigned: (by) => `أسند إليك ${by} هذه المهمة`,
  somebody: 'شخص ما',
  test: 'هكذا ستُبلَّغ بالرسائل الجديدة.',
  notSent: 'لم تُرسل من الإشعار',
};

export const NOTIFY_WORDS: Readonly<Record<Language, NotifyWords>> = { en: ENGLISH, fil: FILIPINO, ar: ARABIC };
