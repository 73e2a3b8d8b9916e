// The environment of a test file: jest's for Node, whose context holds jest alone. The script of `bundle.mjs` runs once in each
// worker, beside the packages that Node loads there, and its code stays compiled for the next test file; in a context for each
// file the tests took a fifth more time. A module keeps its values, too, so a test leaves them as it found them.
import { readFileSync } from "node:fs";
import { createRequire, SourceMap } from "node:module";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { constants, Script } from "node:vm";
import { TestEnvironment } from "jest-environment-node";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const requireNatively = createRequire(import.meta.url);
/** Jest compares values with these, such as the `String` of `expect.any(String)`; in its context, they are those of the tests. */
const shared = ["BigInt", "Boolean", "Date", "Error", "Map", "Number", "RegExp", "Set", "String", "Symbol"];

/** The functions of jest that a test file imports. */
const functions = ["afterAll", "afterEach", "beforeAll", "beforeEach", "describe", "expect", "jest", "test"];

// Programs that tests start share their compiled code. Set here and not in `open-run.mjs`, because jest's own processes gain
// nothing: jest compiles what it loads by itself.
process.env.NODE_COMPILE_CACHE ??= `${process.env.TEST_RUN}/compiled`;

/** The script of this run: `testFiles` of `bundle.mjs`, and the test file that runs. */
let script;

function ofThisRun() {
  const filename = `${process.env.TEST_RUN}/tests.js`;
  if (script?.filename !== filename) script = load(filename);
  return script;
}

function load(filename) {
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const compiled = new Script(readFileSync(filename, "utf8"), { filename, importModuleDynamically });
  const loaded = { filename, testFiles: {}, jest: undefined };
  const ofTheFile = functions.map((name) => [name, { get: () => loaded.jest[name], enumerable: true }]);
  const globals = Object.defineProperties({}, Object.fromEntries(ofTheFile));
  const require = (name) => (name === "@jest/globals" ? globals : requireNatively(name));
  compiled.runInThisContext()(loaded.testFiles, require);
  return loaded;
}

/** Names places of the source files in a stack. */
function mapStack(error) {
  const { filename } = ofThisRun();
  if (typeof error?.stack !== "string" || !error.stack.includes(filename)) return;
  script.map ??= new SourceMap(JSON.parse(readFileSync(`${filename}.map`, "utf8")));
  error.stack = error.stack.replaceAll(/([^\s()]+):(\d+):(\d+)/g, (place, file, line, column) => {
    const { fileName, lineNumber, columnNumber } = script.map.findOrigin(Number(line), Number(column));
    if (file !== filename || fileName === undefined) return place;
    return `${resolve(dirname(filename), fileName)}:${lineNumber}:${columnNumber}`;
  });
}

export default class extends TestEnvironment {
  #env = { ...process.env };
  #console = console;

  constructor(config, context) {
    super(config, context);
    for (const name of shared) this.global[name] = globalThis[name];
    const FakeTimers = this.fakeTimersModern.constructor;
    this.fakeTimersModern = new FakeTimers({ config: config.projectConfig, global: globalThis });
    this.global.runBundled = (path, requireOfJest) => {
      globalThis.console = this.global.console; // names the test file and the line
      const { testFiles } = Object.assign(ofThisRun(), { jest: requireOfJest("@jest/globals") });
      try {
        testFiles[relative(root, path)]();
      } catch (error) {
        mapStack(error);
        throw error;
      }
    };
  }

  async teardown() {
    for (const name of Object.keys(process.env)) if (!(name in this.#env)) delete process.env[name];
    Object.assign(process.env, this.#env);
    globalThis.console = this.#console;
    await super.teardown();
  }

  /** Without jest's mapping of each stack that is made: `mapStack` has those that are shown. */
  async setup() {
    await super.setup();
    delete Error.prepareStackTrace;
  }

  handleTestEvent({ name, test, error }) {
    for (const each of name === "test_done" ? test.errors.flat() : [error]) mapStack(each);
  }
}
