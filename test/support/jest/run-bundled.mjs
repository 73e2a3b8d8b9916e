// A test file is a part of the script of `bundle.mjs`.
export default {
  process: (_source, path) => ({ code: `runBundled(${JSON.stringify(path)}, require);` }),
  getCacheKey: (_source, path) => `bundled${path.replaceAll(/[^\w.-]+/g, "_")}`,
};
