import { isMap, parseDocument } from 'yaml';

/** Writes into a channel's file (`latest.yml`) to how many of a hundred machines the version is given; 100 takes the line away. */
export function withPercentage(text: string, percent: number): string {
  if (!Number.isInteger(percent) || percent < 0 || percent > 100)
    throw new Error('The percentage is a whole number from 0 to 100.');
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents) || typeof document.get('version') !== 'string') {
    throw new Error('This is no file of a channel: it has no version.');
  }
  if (percent === 100) document.delete('stagingPercentage');
  else document.set('stagingPercentage', percent);
  return document.toString();
}
