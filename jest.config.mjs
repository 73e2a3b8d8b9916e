export default {
  testEnvironment: "<rootDir>/test/support/jest/environment.mjs",
  testEnvironmentOptions: { globalsCleanup: "off" }, // they are those of all test files
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  transform: { "\\.ts$": "<rootDir>/test/support/jest/run-bundled.mjs" },
  moduleFileExtensions: ["ts", "mjs", "js", "json"],
  modulePathIgnorePatterns: ["<rootDir>/cdk.out", "<rootDir>/dist", "<rootDir>/.local"],
  globalSetup: "<rootDir>/test/support/jest/open-run.mjs",
  globalTeardown: "<rootDir>/test/support/jest/close-run.mjs",
  testTimeout: 180_000, // for machines that do other things besides
  maxWorkers: 2, // most tests wait for the local cloud, so a second one at a time costs little
};
