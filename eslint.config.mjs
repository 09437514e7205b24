import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const layers = {
  statistics: [],
  report: ['statistics'],
  dsp: [],
  audio: ['dsp'],
  models: ['audio', 'dsp', 'statistics'],
  library: ['models', 'audio', 'dsp'],
  recommender: ['statistics'],
  study: ['report', 'statistics'],
  research: ['models', 'audio', 'dsp', 'report', 'statistics'],
  engine: ['study', 'report', 'recommender', 'library', 'models', 'audio', 'dsp', 'statistics'],
};
layers.app = ['app', ...Object.keys(layers)];
layers.test = [...layers.app];

export default tseslint.config(
  {
    ignores: [
      '**/node_modules',
      '**/.next',
      '**/out',
      '**/next-env.d.ts',
      '**/build',
      '**/dist',
      '**/vendor',
      '.nx',
      '.cache',
    ],
  },
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
    // Pure: numbers in, numbers out.
    files: ['packages/recommender/src/**/*.ts', 'packages/statistics/src/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              // Relative, our own (the layers decide which), and pure libraries by name.
              regex: '^(?!\\.\\.?/|@consonance/|umap-js$|ml-pca$|ml-matrix$|cephes$)',
              message: 'packages/recommender and packages/statistics import no I/O.',
            },
          ],
        },
      ],
      'no-restricted-globals': ['error', 'process', 'fetch', 'console'],
    },
  },
);
