/**
 * OpenTelemetry's own variables are read here. Traces go where the user says, and nowhere by default;
 * the SDK is loaded only for them.
 */
import { UsageError } from './errors.ts';

export interface TracingConfig {
  /** Of the process, unless OTEL_SERVICE_NAME gives it another. */
  serviceName: string;
  sampler: (typeof samplers)[number];
  /** Of the traces that begin here, from 0 to 1; only for samplers by ratio. */
  ratio: number;
}

const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** @returns the function that sends what is left, and ends; undefined where traces go nowhere */
export async function startTracing(
  serviceName: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<(() => Promise<void>) | undefined> {
  const config = readTracingConfig(serviceName, env);
  if (!config) return undefined;
  const { startOpenTelemetry } = await import('./opentelemetry.ts');
  return startOpenTelemetry(config);
}

/** @throws UsageError naming the variable */
export function readTracingConfig(
  serviceName: string,
  env: NodeJS.ProcessEnv,
): TracingConfig | undefined {
  const endpoints = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'];
  const endpoint = endpoints.find((name) => env[name]?.trim());
  if (endpoint === undefined || env.OTEL_SDK_DISABLED === 'true') return undefined;
  if (choice(env, 'OTEL_TRACES_EXPORTER', ['otlp', 'none']) === 'none') return undefined;
  const url = env[endpoint]!.trim();
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw wrong('an address as http://localhost:4318', endpoint, url);
  }
  choice(env, 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', ['http/json']);
  choice(env, 'OTEL_EXPORTER_OTLP_PROTOCOL', ['http/json']);
  const sampler = choice(env, 'OTEL_TRACES_SAMPLER', samplers) ?? 'parentbased_always_on';
  const ratio = env.OTEL_TRACES_SAMPLER_ARG || '1';
  if (!(Number(ratio) >= 0 && Number(ratio) <= 1)) {
    throw wrong('a number from 0 to 1', 'OTEL_TRACES_SAMPLER_ARG', ratio);
  }
  return { serviceName, sampler, ratio: Number(ratio) };
}

function choice<T extends string>(
  env: NodeJS.ProcessEnv,
  name: string,
  allowed: readonly T[],
): T | undefined {
  const value = env[name] || undefined;
  if (value === undefined || allowed.some((other) => other === value)) return value as T;
  throw wrong(allowed.join(' or '), name, value);
}

const wrong = (what: string, name: string, received: string) =>
  new UsageError(`Expected ${what} for ${name} but received "${received}".`);
