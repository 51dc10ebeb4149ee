import { isComparableJson } from '#shared/comparable-json.ts';
import { chatRequest, type ChatErrorCode, type ChatRequest } from '#shared/json-clients.ts';
import { LIMITS } from '#shared/limits.ts';

export type ReadFrame = { kind: 'request'; request: ChatRequest } | { kind: 'error'; code: ChatErrorCode; message: string };

/** What a frame may hold: the longest text with each of its characters written as an escape, and room for the rest. */
export const FRAME_BYTES = 64 * 1024;

function bad(message: string): ReadFrame {
  return { kind: 'error', code: 'bad-request', message };
}

/** Reads a frame of a client that speaks JSON. One that can't be read is answered and never ends the connection. */
export function readChatFrame(data: Buffer, isBinary: boolean): ReadFrame {
  if (isBinary) return bad('This takes JSON text, and that was binary.');
  if (data.length > FRAME_BYTES) {
    return { kind: 'error', code: 'too-large', message: `A frame may have ${FRAME_BYTES} bytes. Nothing of it was taken.` };
  }
  let value: unknown;
  try {
    value = JSON.parse(data.toString('utf8'));
  } catch {
    return bad('That is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return bad('A frame is a JSON object with a "type".');
  if (!isComparableJson(value)) return bad('That holds a field "toString", which no frame has.');
  const result = chatRequest.safeParse(value);
  if (result.success) return { kind: 'request', request: result.data };
  const { code, path, message } = result.error.issues[0]!;
  const field = path.join('.');
  if (code === 'too_big' && field === 'message') {
    const longest = LIMITS.textLength.toLocaleString('en');
    return { kind: 'error', code: 'too-large', message: `A message may have ${longest} characters. It was not sent.` };
  }
  if (field === 'type') return bad('There is no such "type" of frame.');
  return bad(`"${field}" is not as it should be: ${message}.`);
}
