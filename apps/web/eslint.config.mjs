import root from '../../eslint.config.mjs';

// The rules of the workspace, for .tsx files too.
export default [
  { ignores: ['out', '.next', 'next-env.d.ts'] },
  ...root.map((config) =>
    config.files?.includes('**/*.ts') ? { ...config, files: ['**/*.ts', '**/*.tsx'] } : config,
  ),
];
