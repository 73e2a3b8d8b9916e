/** Where a pattern is right. */
export const exceptions: readonly { readonly file: string; readonly phrase: string; readonly because: string }[] = [];
