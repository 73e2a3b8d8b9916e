/** Packages that Node loads for jest. */
const native = ["@aws-sdk", "@smithy", "dynalite", "playwright-core"];

export default {
  testEnvironment: "<rootDir>/test/support/jest/environment.mjs",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "\\.ts$": "<rootDir>/test/support/jest/strip-types.mjs",
    [`/node_modules/(${native.join("|")})/.+\\.js$`]: "<rootDir>/test/support/jest/native.mjs",
  },
  transformIgnorePatterns: [`/node_modules/(?!(${native.join("|")})/)`],
  // examples import the package by its name
  moduleNameMapper: { "^sip-serverless$": "<rootDir>/lib/index.ts", "^sip-serverless/(.+)$": "<rootDir>/lib/$1.ts" },
  moduleFileExtensions: ["ts", "mjs", "js", "json"],
  modulePathIgnorePatterns: ["<rootDir>/cdk.out", "<rootDir>/dist", "<rootDir>/.local"],
  globalSetup: "<rootDir>/test/support/jest/open-run.mjs",
  globalTeardown: "<rootDir>/test/support/jest/close-run.mjs",
  testTimeout: 180_000, // for machines that do other things besides
  maxWorkers: 2, // most tests wait for the local cloud, so a second one at a time costs little
};
