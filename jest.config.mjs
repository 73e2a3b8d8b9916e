export default {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": "<rootDir>/test/jest/strip-types.mjs" },
  moduleFileExtensions: ["ts", "mjs", "js", "json"],
  modulePathIgnorePatterns: ["<rootDir>/cdk.out", "<rootDir>/dist", "<rootDir>/.local"],
  globalSetup: "<rootDir>/test/jest/synthesize.mjs",
  globalTeardown: "<rootDir>/test/jest/remove-assembly.mjs",
  testTimeout: 20_000,
};
