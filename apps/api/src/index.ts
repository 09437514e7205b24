export { startServer, type RunningServer } from './compose.ts';
export { ConfigError, readConfig, type ServerConfig } from './config.ts';
export type { AppRouter } from './router/index.ts';
export { Accounts } from './security/index.ts';
export { serveWorkerMetrics, type WorkerMetrics } from './worker-metrics.ts';
