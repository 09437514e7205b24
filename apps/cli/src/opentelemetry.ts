/** The wiring of OpenTelemetry: the only file that knows its SDK. */
import { messageOf, useOpenTelemetry } from '@consonance/library';
import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import manifest from '../package.json' with { type: 'json' };
import type { TracingConfig } from './tracing.ts';

/** @returns the function that sends what is left, and ends */
export function startOpenTelemetry({ serviceName, ...config }: TracingConfig): () => Promise<void> {
  let isKnown = false;
  const report = (error: unknown) => {
    if (!isKnown) console.error(`Traces cannot be sent and are dropped: ${messageOf(error)}`);
    isKnown = true;
  };
  setGlobalErrorHandler(report);
  const resource = defaultResource()
    .merge(
      resourceFromAttributes({ 'service.name': serviceName, 'service.version': manifest.version }),
    )
    .merge(
      detectResources({
        detectors: [
          serviceInstanceIdDetector,
          resourceAttributesEnvDetector,
          serviceNameEnvDetector,
        ],
      }),
    );
  const provider = new TracerProvider({
    resource,
    sampler: samplerOf(config),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  api.propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  api.trace.setGlobalTracerProvider(provider);
  useOpenTelemetry(api);
  return () => provider.shutdown().catch(report);
}

export function samplerOf({ sampler, ratio }: Omit<TracingConfig, 'serviceName'>): Sampler {
  const [, isParentBased, name] = /^(parentbased_)?(.*)$/.exec(sampler)!;
  const root =
    name === 'traceidratio'
      ? new TraceIdRatioBasedSampler(ratio)
      : name === 'always_on'
        ? new AlwaysOnSampler()
        : new AlwaysOffSampler();
  return isParentBased ? new ParentBasedSampler({ root }) : root;
}
