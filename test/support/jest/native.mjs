// Packages that Node loads itself, once for all test files of a worker, instead of jest, which loads them again for each
// file: the clients of the SDK, dynalite and Playwright took a second of CPU per file.
export default {
  process: (_source, path) => ({ code: `module.exports = requireNatively(${JSON.stringify(path)});` }),
  getCacheKey: (_source, path) => `native${path.replaceAll(/[^\w.-]+/g, "_")}`,
};
