/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  // Transpiles only (isolatedModules): `npm run check` holds the types of lib, tests and examples.
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '__tests__/tsconfig.json' }] },
  // No test depends on time; this limit only ends one that hangs.
  testTimeout: 60_000,
};
