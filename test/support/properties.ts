// fast-check with one seed, so that the result of `npm test` depends on the code alone. Other inputs:
// `PROPERTY_SEED=7 npm test -- test/parts/syntax`.
import { configureGlobal } from "fast-check";

configureGlobal({ seed: Number(process.env["PROPERTY_SEED"] ?? 1) });

export * from "fast-check";
