// The environment of a test file: jest's for Node, in which the script of `bundle.mjs` runs. A test file has an
// `Error`, a `Date` and a `RegExp` of its own; as packages that Node loaded have others, an error is an instance of both, and so
// are a date and a pattern.
import { readFileSync } from "node:fs";
import { createRequire, SourceMap } from "node:module";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isDate, isNativeError, isRegExp } from "node:util/types";
import { constants, Script } from "node:vm";
import { TestEnvironment } from "jest-environment-node";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const requireNatively = createRequire(import.meta.url);
const ordinary = Function.prototype[Symbol.hasInstance];

/** Makes `instanceof` true for objects of another realm, too. */
function acceptAll(constructor, isOne) {
  const value = function (object) {
    return ordinary.call(this, object) || (this === constructor && isOne(object));
  };
  Object.defineProperty(constructor, Symbol.hasInstance, { value, configurable: true });
}

acceptAll(Error, isNativeError);
acceptAll(Date, isDate);
acceptAll(RegExp, isRegExp);

// Programs that tests start share their compiled code. Set here and not in `open-run.mjs`, because jest's own processes gain
// nothing: jest compiles what it loads by itself.
process.env.NODE_COMPILE_CACHE ??= `${process.env.TEST_RUN}/compiled`;

/** The script of this run, compiled once for all test files of a worker. */
let compiled;

function ofThisRun() {
  const filename = `${process.env.TEST_RUN}/tests.js`;
  if (compiled?.filename !== filename) {
    const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
    compiled = { filename, script: new Script(readFileSync(filename, "utf8"), { filename, importModuleDynamically }) };
  }
  return compiled;
}

/** Names places of the source files in a stack. */
function mapStack(error) {
  const { filename } = ofThisRun();
  if (typeof error?.stack !== "string" || !error.stack.includes(filename)) return;
  compiled.map ??= new SourceMap(JSON.parse(readFileSync(`${filename}.map`, "utf8")));
  error.stack = error.stack.replaceAll(/([^\s()]+):(\d+):(\d+)/g, (place, file, line, column) => {
    const { fileName, lineNumber, columnNumber } = compiled.map.findOrigin(Number(line), Number(column));
    if (file !== filename || fileName === undefined) return place;
    return `${resolve(dirname(filename), fileName)}:${lineNumber}:${columnNumber}`;
  });
}

export default class extends TestEnvironment {
  #before;

  constructor(...options) {
    super(...options);
    this.global.runBundled = (path, requireOfJest) => {
      const testFiles = {};
      const require = (name) => (name === "@jest/globals" ? requireOfJest(name) : requireNatively(name));
      ofThisRun().script.runInContext(this.getVmContext())(testFiles, require);
      try {
        testFiles[relative(root, path)]();
      } catch (error) {
        mapStack(error);
        throw error;
      }
    };
    acceptAll(this.global.Error, (object) => object instanceof Error);
    acceptAll(this.global.Date, isDate);
    this.#before = { ...process.env };
    this.global.process.env = process.env; // those packages read it
  }

  async teardown() {
    for (const name of Object.keys(process.env)) if (!(name in this.#before)) delete process.env[name];
    Object.assign(process.env, this.#before);
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
