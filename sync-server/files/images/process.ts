import { cleanPicture, thumbnailsOf, type PictureResult, type Thumbnail } from './picture.ts';

/** What the server's process asks of this one, and what it is answered. One at a time. */
export type ImageQuestion = { kind: 'clean'; bytes: Uint8Array; type: string } | { kind: 'thumbnails'; bytes: Uint8Array };
export type ImageAnswer = PictureResult | { kind: 'thumbnails'; thumbnails: Thumbnail[] };

async function answer(question: ImageQuestion): Promise<ImageAnswer> {
  if (question.kind === 'clean') return cleanPicture(question.bytes, question.type);
  return thumbnailsOf(question.bytes).then(
    (thumbnails) => ({ kind: 'thumbnails', thumbnails }) as const,
    () => ({ kind: 'refused', reason: 'image' }) as const,
  );
}

process.on('message', (question: ImageQuestion) => {
  void answer(question).then((told) => process.send?.(told));
});
// Without whom it works for it ends, whatever ended that one.
process.on('disconnect', () => process.exit(0));
