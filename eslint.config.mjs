import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const layers = {
  dsp: [],
  audio: ['dsp'],
  models: ['audio', 'dsp'],
  library: ['models', 'audio', 'dsp'],
  recommender: [],
  app: ['recommender', 'library', 'models', 'audio', 'dsp'],
  test: ['app', 'recommender', 'library', 'models', 'audio', 'dsp'],
};

export default tseslint.config(
  { ignores: ['**/node_modules', '**/build', '**/dist', '**/vendor', '.nx', '.cache'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      // Data flows one way: audio -> features -> embedding -> library -> recommender -> apps.
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          banTransitiveDependencies: false,
          allow: [],
          depConstraints: Object.entries(layers).map(([layer, allowed]) => ({
            sourceTag: `layer:${layer}`,
            onlyDependOnLibsWithTags: allowed.map((name) => `layer:${name}`),
          })),
        },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    // The recommender is pure: vectors in, rankings out.
    files: ['packages/recommender/src/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^(?!\\.\\.?/)', message: 'packages/recommender imports no I/O.' }] },
      ],
      'no-restricted-globals': ['error', 'process', 'fetch', 'console'],
    },
  },
);
