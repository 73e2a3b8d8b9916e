// The environment of a test file: jest's for Node, with Node's own `require` for `native.mjs`. A test file has an `Error` of
// its own; as packages that Node loaded have another, an error is an instance of both.
import { createRequire } from "node:module";
import { isNativeError } from "node:util/types";
import { TestEnvironment } from "jest-environment-node";

const ordinary = Function.prototype[Symbol.hasInstance];

function acceptEveryError(constructor) {
  const value = function (error) {
    return ordinary.call(this, error) || (this === constructor && isNativeError(error));
  };
  Object.defineProperty(constructor, Symbol.hasInstance, { value, configurable: true });
}

acceptEveryError(Error);

// Programs that tests start share their compiled code. Set here and not in `open-run.mjs`, because jest's own processes gain
// nothing: jest compiles what it loads by itself.
process.env.NODE_COMPILE_CACHE ??= `${process.env.TEST_RUN}/compiled`;

export default class extends TestEnvironment {
  #before;

  constructor(...options) {
    super(...options);
    this.global.requireNatively = createRequire(import.meta.url);
    acceptEveryError(this.global.Error);
    this.#before = { ...process.env };
    this.global.process.env = process.env; // those packages read it
  }

  async teardown() {
    for (const name of Object.keys(process.env)) if (!(name in this.#before)) delete process.env[name];
    Object.assign(process.env, this.#before);
    await super.teardown();
  }

  /** Stacks need no source maps, because `strip-types.mjs` keeps lines and columns; jest would map each one. */
  async setup() {
    await super.setup();
    delete Error.prepareStackTrace;
  }
}
