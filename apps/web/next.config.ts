import path from 'node:path';
import type { NextConfig } from 'next';

const root = path.join(import.meta.dirname, '..', '..');

/** Where `next dev` finds a running `consonance serve`; the exported pages share its origin. */
const api = process.env['CONSONANCE_API'] ?? 'http://127.0.0.1:7700';

const shared: NextConfig = {
  turbopack: { root },
  // The `typecheck` target does this, for the whole workspace.
  typescript: { ignoreBuildErrors: true },
  experimental: {
    optimizePackageImports: ['@mantine/core', '@mantine/hooks', '@tabler/icons-react'],
  },
  poweredByHeader: false,
  devIndicators: false,
};

export default (phase: string): NextConfig =>
  phase === 'phase-development-server'
    ? {
        ...shared,
        rewrites: async () =>
          ['trpc', 'media', 'rest', 'health', 'study'].map((prefix) => ({
            source: `/${prefix}/:path*`,
            destination: `${api}/${prefix}/:path*`,
          })),
      }
    : { ...shared, output: 'export', trailingSlash: true };
