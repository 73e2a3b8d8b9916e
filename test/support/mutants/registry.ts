/** Function or marker to its mutant. The functions of `lib` find it as a global (`mutable.ts`). */
export const mutants = new Map<unknown, unknown>();

/** The markers of the files that were loaded. */
export const markers = new Set<string>();
