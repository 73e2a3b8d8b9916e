// Patterns that slow a reader down: a person where data is meant, a negated noun, a clause without a subject.
export const patterns: readonly RegExp[] = [
  /\b(?:nobody|somebody|anybody|everybody|no one|someone|anyone|everyone|whoever|whomever)\b/gi,
  /(?<!\bthere )\b(?:is|are|was|were|be) (?:no|none)\b(?! (?:longer|more|less|later|earlier|larger|smaller)\b)/gi,
  /\bof (?:ours|theirs|yours)\b/gi,
  /(?:^|[.!?] )(?:Who|What|Whom|Whose)\b(?![^.!]*\?)|^(?:who|what|whom|whose)\b(?![^.!]*\?)|(?:[:;(]|—) ?(?:who|what|whom|whose)\b|, what\b/g,
];
