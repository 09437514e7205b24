import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../build/confine', import.meta.url));

/**
 * The program that confines another: `confine <folder that may be written to, or ''> <program> [arguments…]`, see
 * sandbox/confine.cpp. Undefined where it was not built: other systems than Linux.
 */
export const confineProgram = existsSync(program) ? program : undefined;
