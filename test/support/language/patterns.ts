// Patterns that slow a reader down: a person where data is meant, a negated noun, a clause without a subject, an
// inverted sentence, an idiom.
export const patterns: readonly RegExp[] = [
  /\b(?:nobody|somebody|anybody|everybody|no one|someone|anyone|everyone|whoever|whomever|whom|an? (?:wo)?man)\b/gi,
  /\b(?:we|us|ourselves)\b(?!-)|\bof (?:ours|theirs|yours)\b/gi,
  /(?<!\bthere )\b(?:is|are|was|were|be) no\b(?! (?:longer|more|less|later|earlier|larger|smaller)\b)|\b(?:is|are|was|were|be) none\b/gi,
  /(?:^|[.!?] )(?:Who|What|Whose)\b(?![^.!]*\?)|^(?:who|what|whose)\b(?![^.!]*\?)|(?:[:;(]|—) ?(?:who|what|whose)\b|, what\b/g,
  /\b(?:of|for|than|to|with|from|by|about|in|on|at|and|but|or|not|only|is|are|was|finds|gets|takes) what\b(?! to\b|[^.!]*\?)/gi,
  /(?:^|[.!?:;] )(?:so|nor|neither) (?:do|does|did|is|are|was|were|has|have|can|may|must)\b/gi,
  /\b(?:as good as|all the same|for good|(?:is|are|was|were|be) told(?! apart)|(?:says?|said|without|not) a word)\b/gi,
];
