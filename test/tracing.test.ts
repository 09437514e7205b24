/** Traces of OpenTelemetry, sent by the real command to a receiver that speaks OTLP over HTTP. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { useModel } from '@consonance/engine';
import { type LibraryLocation, openLibrary } from '@consonance/library';
import { hasPostgres, noPostgres, startPostgres } from '@consonance/library/testing';
import { finished, root, startCommand } from './run.ts';

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: number };
}

interface Span {
  service: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  attributes: Attribute[];
}

interface Export {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: { spans: Omit<Span, 'service'>[] }[];
  }[];
}

function valueOf(attributes: readonly Attribute[], name: string) {
  const { stringValue, intValue } = attributes.find(({ key }) => key === name)?.value ?? {};
  return stringValue ?? intValue;
}

/** What a collector of traces is to those who send. */
async function receiver(t: TestContext) {
  const spans: Span[] = [];
  const server = createServer(async (request, response) => {
    const { resourceSpans } = (await json(request)) as Export;
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = String(valueOf(resource.attributes, 'service.name'));
      spans.push(...scopeSpans.flatMap((scope) => scope.spans.map((s) => ({ service, ...s }))));
    }
    const status = request.url === '/v1/traces' ? 200 : 404;
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  return { endpoint: `http://127.0.0.1:${port}`, spans };
}

/** Folder of a library with songs that are not analysed yet. */
async function newLibrary(t: TestContext, songs: number, databaseUrl?: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'consonance-tracing-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const jazz = path.join(root, 'demo', 'library', 'jazz');
  for (const file of (await readdir(jazz)).sort().slice(0, songs)) {
    await cp(path.join(jazz, file), path.join(folder, 'music', file));
  }
  const location: LibraryLocation = { dataDirectory: path.join(folder, 'data'), databaseUrl };
  const library = await openLibrary(location);
  await useModel(library, 'timbre');
  await library.addFolder(path.join(folder, 'music'));
  // A server analyses what is pending when it starts.
  await library.saveSetting('analysisPaused', true);
  await library.close();
  return folder;
}

/** Runs a command until `stop`, which resolves with what it wrote to its standard error. */
function start(t: TestContext, args: readonly string[], environment: NodeJS.ProcessEnv) {
  const child = startCommand(args, environment);
  t.after(() => child.kill('SIGKILL'));
  const end = finished(child);
  const says = async (output: 'stdout' | 'stderr') => {
    const said = once(child[output]!, 'data').then(([text]) => String(text).trim());
    return Promise.race([said, end.then(({ stderr }) => assert.fail(stderr))]);
  };
  const stop = async () => {
    child.kill('SIGTERM');
    const { code, stderr } = await end;
    assert.equal(code, 0, stderr);
    return stderr;
  };
  return { says, stop };
}

async function serve(t: TestContext, folder: string, environment: NodeJS.ProcessEnv) {
  const dataDirectory = path.join(folder, 'data');
  const args = ['serve', '--port', '0', '--data-dir', dataDirectory];
  const { says, stop } = start(t, args, environment);
  return { url: await says('stdout'), stop };
}

const callerSpan = '00f067aa0ba902b7';

/** A request of a caller who is in a trace of its own. */
async function call(
  url: string,
  procedure: string,
  trace: string,
  { body, isSampled = true }: { body?: object; isSampled?: boolean } = {},
) {
  const response = await fetch(`${url}/trpc/${procedure}`, {
    headers: {
      traceparent: `00-${trace}-${callerSpan}-0${Number(isSampled)}`,
      'content-type': 'application/json',
      'x-consonance-request': '1',
    },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  const { result, error } = (await response.json()) as {
    result: { data: unknown };
    error: unknown;
  };
  assert.equal(error, undefined, JSON.stringify(error));
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each test knows what it asks for
  return { requestId: response.headers.get('x-request-id'), data: result.data as any };
}

const analysis = 'POST /trpc/:path > analysis.start > analysis';
const traceOf = (digit: string) => digit.repeat(32);
const [asking, starting, other] = [traceOf('a'), traceOf('b'), traceOf('c')];

async function untilAnalysed(url: string, songs: number) {
  for (;;) {
    const { data } = await call(url, 'library.status', other);
    if (data.analysed === songs) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The spans of one trace by their names from its first on, as 'request > procedure'. */
function byPath(spans: readonly Span[], trace: string): Map<string, Span[]> {
  const own = spans.filter(({ traceId }) => traceId === trace);
  const bySpanId = new Map(own.map((span) => [span.spanId, span]));
  const nameOf = ({ name, parentSpanId = '' }: Span): string => {
    const parent = bySpanId.get(parentSpanId);
    if (!parent) assert.equal(parentSpanId, callerSpan, `the parent of ${name}`);
    return parent ? `${nameOf(parent)} > ${name}` : name;
  };
  return Map.groupBy(own, nameOf);
}

/** For NODE_OPTIONS: notes the modules that a process loads, and where it connects to. */
function noting(file: string): string {
  const code = `
    import { appendFileSync } from 'node:fs';
    import { registerHooks } from 'node:module';
    import { Socket } from 'node:net';
    const note = (text) => appendFileSync(${JSON.stringify(file)}, text + '\\n');
    const { connect } = Socket.prototype;
    // The processes that it starts may not write.
    if (!process.send) {
      registerHooks({ load: (url, context, next) => (note(url), next(url, context)) });
      Socket.prototype.connect = function (...options) {
        note('connects to ' + JSON.stringify(options[0]));
        return connect.apply(this, options);
      };
    }`;
  return `--import=data:text/javascript,${encodeURIComponent(code)}`;
}

const isSdk = (line: string) => /@opentelemetry\/(?!api\/)/.test(line);
const isConnection = (line: string) => line.startsWith('connects to ');

test('without an endpoint nothing of the SDK is loaded, with one a request is a trace', async (t) => {
  const { endpoint, spans } = await receiver(t);
  const folder = await newLibrary(t, 2);
  const file = path.join(folder, 'notes');
  const environment = { NODE_OPTIONS: noting(file), OTEL_SERVICE_NAME: 'music' };
  const noted = async () => (await readFile(file, 'utf8')).split('\n');

  const off = await serve(t, folder, environment);
  await call(off.url, 'library.status', other);
  await off.stop();
  const lines = await noted();
  assert.ok(lines.length > 100);
  assert.deepEqual(
    lines.filter((line) => isSdk(line) || isConnection(line)),
    [],
  );

  const on = await serve(t, folder, { ...environment, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
  await call(on.url, 'analysis.start', starting, { body: {} });
  await untilAnalysed(on.url, 2);
  const { tracks } = (await call(on.url, 'library.tracks', other)).data;
  const input = JSON.stringify({ seedIds: [tracks[0].id], count: 1 });
  const { requestId } = await call(on.url, `recommend.bySeeds?input=${input}`, asking);
  const unsampled = traceOf('d');
  await call(on.url, 'library.status', unsampled, { isSampled: false });
  const log = (await on.stop()).split('\n');
  const [sdk, connection] = [(await noted()).some(isSdk), (await noted()).some(isConnection)];
  assert.deepEqual({ sdk, connection }, { sdk: true, connection: true });

  assert.deepEqual([...byPath(spans, unsampled)], []);
  const asked = byPath(spans, asking);
  const request = 'GET /trpc/:path';
  const recommend = `${request} > recommend.bySeeds > recommend`;
  assert.ok(asked.has(`${recommend} > db select`), [...asked.keys()].join('\n'));
  const { attributes } = asked.get(recommend)![0]!;
  assert.equal(valueOf(attributes, 'consonance.method'), 'cosine');
  assert.equal(valueOf(attributes, 'consonance.songs'), 2);
  assert.match(String(valueOf(attributes, 'consonance.model_id')), /^timbre-/);
  assert.equal(valueOf(asked.get(request)![0]!.attributes, 'consonance.request_id'), requestId);
  assert.equal(asked.get(request)![0]!.service, 'music');
  const ofRequest = log.filter((line) => line.includes(`"reqId":"${requestId}"`));
  assert.equal(JSON.parse(ofRequest.at(-1)!).trace_id, asking);

  const started = byPath(spans, starting);
  for (const step of [
    'scan',
    'analyze > decode',
    'analyze > embed',
    'analyze > store > db insert',
  ]) {
    assert.ok(started.has(`${analysis} > ${step}`), [...started.keys()].join('\n'));
  }
  const analyzed = started.get(`${analysis} > analyze`)![0]!;
  assert.match(String(valueOf(analyzed.attributes, 'consonance.content_hash')), /^[0-9a-f]{16,}$/);

  const sent = JSON.stringify(spans);
  const personal = tracks.flatMap((track: { title: string; artist: string }) => [
    track.title,
    track.artist,
  ]);
  for (const text of [folder, ...personal]) assert.ok(!sent.includes(text), text);
});

test(
  'an analysis is one trace through API, queue and worker',
  { skip: !hasPostgres() && noPostgres, timeout: 240_000 },
  async (t) => {
    const postgres = await startPostgres();
    t.after(() => postgres.close());
    const { endpoint, spans } = await receiver(t);
    const databaseUrl = await postgres.newDatabase();
    // More than the server takes out of the queue at once.
    const songs = 10;
    const folder = await newLibrary(t, songs, databaseUrl);
    const environment = { DATABASE_URL: databaseUrl, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
    const server = await serve(t, folder, environment);
    const options = ['--audio-from', server.url, '--metrics-port', '0'];
    const dataDirectory = path.join(folder, 'worker');
    const worker = start(t, ['worker', ...options, '--data-dir', dataDirectory], environment);
    await worker.says('stderr');
    await call(server.url, 'analysis.start', starting, { body: {} });
    await untilAnalysed(server.url, songs);
    const said = await worker.stop();
    await server.stop();

    const started = byPath(spans, starting);
    const servicesOf = (name: string) => new Set(started.get(name)?.map(({ service }) => service));
    const analyze = `${analysis} > analyze`;
    assert.ok(servicesOf(`${analyze} > decode`).has('consonance-worker'), said);
    assert.deepEqual(servicesOf(`${analyze} > fetch`), new Set(['consonance-worker']));
    const fetched = `${analyze} > fetch > GET /media/file/:id`;
    assert.deepEqual(servicesOf(fetched), new Set(['consonance-serve']));
    const done = started.get(`${analyze} > store`)!.length;
    assert.ok(done >= songs, `${done} stored`);
  },
);
