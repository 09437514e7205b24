// Runs when the package is installed: compiles the addon where no prebuilt one fits.
import { createRequire } from 'node:module';
import path from 'node:path';

import { build } from './build.mjs';

try {
  createRequire(import.meta.url)('node-gyp-build')(path.dirname(import.meta.dirname));
} catch {
  await build();
}
