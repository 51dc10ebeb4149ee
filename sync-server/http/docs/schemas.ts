import { z } from 'zod';

import { accountShape, deviceShape, sessionResponse } from '#shared/api/accounts.ts';
import { agencyShape, errorBody } from '#shared/api/common.ts';
import { conversationShape, documentShape, historyItem, messageSummary, readCursor } from '#shared/api/conversations.ts';
import { feedItem } from '#shared/api/feed.ts';
import { fileStateResponse } from '#shared/api/files.ts';
import { invitationShape, personShape } from '#shared/api/people.ts';
import { platformJobResponse } from '#shared/api/platform.ts';
import { eventValue, jobValue, participantValue } from '#shared/documents.ts';
import { errorShape } from '#shared/errors.ts';
import { attachmentFact } from '#shared/facts.ts';
import { chatConversation, chatHistoryMessage, chatMessage } from '#shared/json-clients.ts';
import { notificationShape, webhookFailure, webhookShape } from '#shared/notifications.ts';

import { PROBLEM_CODES } from '../problems.ts';

export type JsonSchema = { [key: string]: unknown };

/** The shapes that have a name of their own in the description. */
const NAMED: Record<string, z.ZodType> = {
  Account: accountShape,
  Agency: agencyShape,
  Attachment: attachmentFact,
  ChatConversation: chatConversation,
  ChatHistoryMessage: chatHistoryMessage,
  ChatMessage: chatMessage,
  Conversation: conversationShape,
  Device: deviceShape,
  Document: documentShape,
  Error: errorShape,
  Event: eventValue.shape.event,
  FeedItem: feedItem,
  FileState: fileStateResponse,
  HistoryItem: historyItem,
  Invitation: invitationShape,
  Job: jobValue,
  MessageSummary: messageSummary,
  Notification: notificationShape,
  Participant: participantValue,
  Person: personShape,
  PlatformJob: platformJobResponse,
  ReadCursor: readCursor,
  Session: sessionResponse,
  Webhook: webhookShape,
  WebhookFailure: webhookFailure,
};

/** RFC 9457, with `error` as every answer of this API has had it from the beginning. */
export const problemShape = errorBody.extend({
  type: z.string().describe('Where this server says what the code means.'),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string().describe('For a person; the words may change.'),
  code: z.enum(PROBLEM_CODES).describe('What programs look at.'),
  instance: z.string().optional().describe('Of a mistake of the server: what to look for in its log.'),
});
export const plainErrorShape = z.object({ error: z.string() });

const names = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries({ ...NAMED, Problem: problemShape, PlainError: plainErrorShape }))
  names.add(schema, { id });

/** JSON Schemas of what the server reads and writes, and the named ones that they point at. */
export type Schemas = {
  /** Of an answer, as it leaves. */
  given(schema: z.ZodType): JsonSchema;
  /** Of a body, as it may come. */
  taken(schema: z.ZodType): JsonSchema;
  /** Of what stands in a path, a query or headers, each by its name. Values are as they are read from text. */
  fields(schema: z.ZodType): { name: string; required: boolean; schema: JsonSchema }[];
  named: Record<string, JsonSchema>;
};

export function createSchemas(): Schemas {
  const named: Record<string, JsonSchema> = {};

  function given(schema: z.ZodType): JsonSchema {
    const { $schema: _draft, $defs = {}, ...made } = z.toJSONSchema(schema, { metadata: names, io: 'output' }) as JsonSchema;
    for (const [name, one] of Object.entries($defs as Record<string, JsonSchema>)) named[name] = withoutId(inComponents(one));
    const name = names.get(schema)?.id;
    if (name === undefined) return inComponents(made);
    named[name] ??= withoutId(inComponents(made));
    return { $ref: `#/components/schemas/${name}` };
  }

  return {
    named,
    given,
    taken(schema) {
      const { $schema: _draft, ...made } = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
      return made;
    },
    fields(schema) {
      if (!(schema instanceof z.ZodObject)) throw new Error('a query, a path and headers are objects');
      return Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, field]) => {
        const { $schema: _draft, ...made } = z.toJSONSchema(field, { io: 'output' }) as JsonSchema;
        return { name, required: !field.safeParse(undefined).success, schema: made };
      });
    },
  };
}

function withoutId({ id: _id, ...schema }: JsonSchema): JsonSchema {
  return schema;
}

/** Where OpenAPI has what stands under `$defs` in a schema of its own. */
function inComponents(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonSchema;
}
