/** An OpenAPI 3.1 document of the server, for people without TypeScript; made from the zod schemas. */
import type { AnyRouter } from '@trpc/server';
import { z } from 'zod';
import { filePaths } from './openapi-files.ts';

interface ProcedureDefinition {
  type: 'query' | 'mutation' | 'subscription';
  inputs: [z.ZodType];
  output?: z.ZodType;
}

/** @param router each procedure with one input schema, and an output schema */
export function openApiDocument(router: AnyRouter, version: string) {
  const procedures = router._def.procedures as unknown as Record<
    string,
    { _def: ProcedureDefinition }
  >;
  return {
    openapi: '3.1.0',
    info: {
      title: 'Consonance',
      version,
      description:
        'Queries are GET requests with the input as JSON in the query parameter "input"; mutations ' +
        'are POST requests with the input as a JSON body and the header "x-consonance-request: 1"; ' +
        'subscriptions are server-sent events. What comes back stands under result.data.',
    },
    paths: {
      ...Object.fromEntries(
        Object.entries(procedures).map(([name, { _def }]) => [
          `/trpc/${name}`,
          { [_def.type === 'mutation' ? 'post' : 'get']: operation(name, _def) },
        ]),
      ),
      ...filePaths,
    },
    components: {
      schemas: { Error: errorSchema },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'consonance_session' },
        appPassword: { type: 'http', scheme: 'bearer' },
      },
    },
    security: [{ session: [] }, { appPassword: [] }, {}],
  };
}

function operation(name: string, { type, inputs: [input], output }: ProcedureDefinition) {
  const content = { 'application/json': { schema: jsonSchema(input, 'input') } };
  const required = !input.safeParse(undefined).success;
  const header = {
    name: 'x-consonance-request',
    in: 'header',
    required: true,
    schema: { const: '1' },
  };
  return {
    operationId: name,
    tags: [name.split('.')[0]],
    ...(type === 'mutation'
      ? { parameters: [header], requestBody: { required, content } }
      : { parameters: [{ name: 'input', in: 'query', required, content }] }),
    responses: {
      200: type === 'subscription' ? eventStream(output) : answer(output),
      default: {
        description: 'What went wrong',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

const answer = (output: z.ZodType | undefined) => ({
  description: 'The result',
  content: {
    'application/json': {
      schema: {
        type: 'object',
        required: ['result'],
        properties: {
          result: {
            type: 'object',
            required: ['data'],
            properties: { data: output ? jsonSchema(output, 'output') : {} },
          },
        },
      },
    },
  },
});

const eventStream = (output: z.ZodType | undefined) => ({
  description: 'An event for each change, with this JSON as data',
  content: {
    'text/event-stream': {
      schema: jsonSchema(output?.meta()?.['subscriptionItem'] as z.ZodType, 'output'),
    },
  },
});

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return json;
};

const errorSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['message', 'code', 'data'],
      properties: {
        message: { type: 'string' },
        code: { type: 'integer', description: 'Of JSON-RPC' },
        data: {
          type: 'object',
          properties: {
            code: { type: 'string' },
            httpStatus: { type: 'integer' },
            path: { type: 'string' },
            requestId: { type: ['string', 'null'], description: 'As in the log of the server' },
            reason: { type: ['string', 'null'] },
          },
        },
      },
    },
  },
};
