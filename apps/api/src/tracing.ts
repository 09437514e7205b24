import { openTelemetry, tracerOf } from '@consonance/library';
import type { Context } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** A span for each request, below the caller's where it sends a `traceparent`; the log lines name its trace. */
export function addTracing(app: FastifyInstance): void {
  const api = openTelemetry();
  if (!api) return;
  const { context, propagation, SpanKind, SpanStatusCode, trace } = api;
  const tracer = tracerOf(api);
  const contexts = new WeakMap<FastifyRequest, Context>();

  app.addHook('onRequest', (request, reply, done) => {
    const { id, method, headers, routeOptions } = request;
    const route = routeOptions.url ?? 'unknown';
    const attributes = {
      'http.request.method': method,
      'http.route': route,
      'consonance.request_id': id,
    };
    const parent = propagation.extract(context.active(), headers);
    const span = tracer.startSpan(
      `${method} ${route}`,
      { kind: SpanKind.SERVER, attributes },
      parent,
    );
    request.log = reply.log = request.log.child({ trace_id: span.spanContext().traceId });
    reply.raw.once('close', () => {
      span.setAttribute('http.response.status_code', reply.statusCode);
      if (reply.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    const active = trace.setSpan(parent, span);
    contexts.set(request, active);
    context.with(active, done);
  });
  // A body comes in events of its connection, which know nothing of the request.
  app.addHook('preValidation', (request, _, done) => context.with(contexts.get(request)!, done));
}
