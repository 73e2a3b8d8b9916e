/** Where a pattern is right. */
export const exceptions: readonly { readonly file: string; readonly phrase: string; readonly because: string }[] = [
  {
    file: "lib/local/iam/verify-signature.ts",
    phrase: "The request signature we calculated does not match",
    because: "the text of AWS's own SignatureDoesNotMatch error, word by word",
  },
];
