/** Function or marker to its mutant. The functions of `lib` look into it (`mutable.ts`). */
export const mutants = new Map<unknown, unknown>();

/** The markers of the files that were loaded. */
export const markers = new Set<string>();
