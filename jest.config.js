/** @type {import('jest').Config} */
module.exports = {
  // In which the arrays of tfjs-node are of the same realm as the tests'.
  testEnvironment: './dist/jest-environment.js',
  globalSetup: './__tests__/global-setup.ts',
  globalTeardown: './__tests__/global-teardown.ts',
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  // Transpiles only (isolatedModules): `npm run check` holds the types of lib, tests and examples.
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '__tests__/tsconfig.json' }] },
  // No test depends on time; this limit only ends one that hangs.
  testTimeout: 60_000,
};
