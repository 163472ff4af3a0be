import tseslint from 'typescript-eslint';

// Biome does the rest. These three need types: they see through calls into packages, which Biome cannot.
export default tseslint.config(
  {
    ignores: [
      'dist/',
      'docs/',
      'node_modules/',
      'tests/types/',
      'tests/package/fixtures/',
      '**/*.js',
      '**/*.mjs',
    ],
  },
  {
    files: ['**/*.ts', '**/*.mts'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@typescript-eslint': tseslint.plugin },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
    },
  },
);
