/** Spans of OpenTelemetry. As long as nobody calls `useOpenTelemetry`, everything here only does its work. */
import type * as OpenTelemetry from '@opentelemetry/api';
import type { Attributes, Span, Tracer } from '@opentelemetry/api';
import type { KyselyConfig, Logger } from 'kysely';

let api: typeof OpenTelemetry | undefined;

/** From now on there are spans, of what is opened and begun afterwards. */
export function useOpenTelemetry(loaded: typeof OpenTelemetry): void {
  api = loaded;
}

/** Undefined: there are no traces. */
export const openTelemetry = (): typeof OpenTelemetry | undefined => api;

export const tracerOf = ({ trace }: typeof OpenTelemetry): Tracer => trace.getTracer('consonance');

/**
 * Runs `work` in a span below the active one; without traces, without one.
 *
 * @param attributes of a person or a path nothing: traces leave the machine
 */
export async function traced<T>(
  name: string,
  attributes: Attributes,
  work: (span?: Span) => Promise<T>,
): Promise<T> {
  if (!api) return work();
  return tracerOf(api).startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      markFailed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** By the error's code: its message may name a file. */
export function markFailed(span: Span | undefined, error: unknown): void {
  if (!api || !span) return;
  const { code, name } = error as { code?: unknown; name?: unknown };
  span.setAttribute('error.type', String(code ?? name)).setStatus({
    code: api.SpanStatusCode.ERROR,
  });
}

/** Names the active span to another process, as HTTP's headers do (W3C Trace Context). */
export type TraceHeaders = Record<string, string>;

/** Empty without a span. */
export function traceHeaders(): TraceHeaders {
  const headers: TraceHeaders = {};
  api?.propagation.inject(api.context.active(), headers);
  return headers;
}

/** Runs `work` below the span that the headers name. */
export function continueTrace<T>(headers: TraceHeaders, work: () => T): T {
  if (!api) return work();
  return api.context.with(api.propagation.extract(api.ROOT_CONTEXT, headers), work);
}

/** For Kysely: a span for each statement below another; values are no part of its text. */
export function statementSpans(): Pick<KyselyConfig, 'log'> {
  if (!api) return {};
  const { trace, SpanKind } = api;
  const tracer = tracerOf(api);
  const log: Logger = (event) => {
    if (!trace.getActiveSpan()?.isRecording()) return;
    const text = event.query.sql.trim();
    const end = Date.now();
    const span = tracer.startSpan(`db ${/^\w*/.exec(text)![0]}`, {
      kind: SpanKind.CLIENT,
      startTime: end - event.queryDurationMillis,
      attributes: {
        'db.system.name': 'postgresql',
        'db.query.text': text.slice(0, longestStatement),
      },
    });
    if (event.level === 'error') markFailed(span, event.error);
    span.end(end);
  };
  return { log };
}

/** In characters; what writes many rows at once is longer. */
const longestStatement = 1000;
