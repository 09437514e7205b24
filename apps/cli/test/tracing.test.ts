import assert from 'node:assert/strict';
import { test } from 'node:test';
import { samplerOf } from '../src/opentelemetry.ts';
import { readTracingConfig } from '../src/tracing.ts';

const read = (env: NodeJS.ProcessEnv) => readTracingConfig('consonance-serve', env);
const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://localhost:4318';
const on = { OTEL_EXPORTER_OTLP_ENDPOINT };

test('there are no traces unless an endpoint is named, nor where they are turned off', () => {
  for (const env of [
    { OTEL_SERVICE_NAME: 'music', OTEL_TRACES_SAMPLER: 'always_on' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' },
    { ...on, OTEL_SDK_DISABLED: 'true' },
    { ...on, OTEL_TRACES_EXPORTER: 'none' },
  ]) {
    assert.equal(read(env), undefined, JSON.stringify(env));
  }
  const serviceName = 'consonance-serve';
  assert.deepEqual(read(on), { serviceName, sampler: 'parentbased_always_on', ratio: 1 });
  const OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = 'https://traces.example.org/v1/traces';
  const sampling = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.1' };
  assert.deepEqual(read({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, ...sampling }), {
    serviceName,
    sampler: 'traceidratio',
    ratio: 0.1,
  });
});

test('a sampler is the one that was named', () => {
  const name = (sampler: Parameters<typeof samplerOf>[0]['sampler']) =>
    samplerOf({ sampler, ratio: 0.1 }).toString();
  assert.equal(name('always_on'), 'AlwaysOnSampler');
  assert.equal(name('always_off'), 'AlwaysOffSampler');
  assert.equal(name('traceidratio'), 'TraceIdRatioBased{0.1}');
  assert.match(name('parentbased_always_on'), /^ParentBased\{root=AlwaysOnSampler,/);
  assert.match(name('parentbased_always_off'), /^ParentBased\{root=AlwaysOffSampler,/);
  assert.match(name('parentbased_traceidratio'), /^ParentBased\{root=TraceIdRatioBased\{0\.1\},/);
});

test('what cannot be done names the variable', () => {
  for (const [name, value] of Object.entries({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'grpc://localhost:4317',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_TRACES_EXPORTER: 'zipkin',
    OTEL_TRACES_SAMPLER: 'sometimes',
    OTEL_TRACES_SAMPLER_ARG: '1.5',
  })) {
    const expected = new RegExp(`^Expected .* for ${name} but received "${value}"\\.$`);
    assert.throws(() => read({ ...on, [name]: value }), { code: 'USAGE', message: expected });
  }
});
