import type { Config } from 'jest';

const config: Config = {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2024', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  testEnvironment: '<rootDir>/test/support/test-environment.ts',
  globalSetup: '<rootDir>/test/support/start-postgres.ts',
  globalTeardown: '<rootDir>/test/support/stop-postgres.ts',
  testSequencer: '<rootDir>/test/support/longest-first.ts',
  // Twice as many as the two cores that the tests are written for, as the long test files mostly wait.
  maxWorkers: 4,
  // A machine that is busy with something else takes long for anything.
  testTimeout: 120_000,
};

export default config;
