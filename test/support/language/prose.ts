// The prose of a file: its comments, the titles of its tests, the texts it logs or throws; of a page, all but its code.

// A comment, a string, a template or a regular expression, whichever begins first.
const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|(?<=[(,=:[!&|?{};\n]\s*|return )\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//g;

const BEFORE_A_TITLE = /(?:\b(?:test|describe|it)|[)`])\(\s*$|\b(?:title|name): $/;

/** @param code text of a TypeScript file @param isTest its strings are then mostly SIP messages: only titles are prose */
export function proseOfCode(code: string, isTest: boolean): string[] {
  const prose: string[] = [];
  let lines: string[] = [];
  let end = 0;
  for (const { 0: token, index } of code.matchAll(TOKEN)) {
    const continues = token.startsWith("//") && /^\s*$/.test(code.slice(end, index));
    if (!continues) {
      if (lines.length > 0) prose.push(lines.join(" "));
      lines = [];
    }
    end = index + token.length;
    if (token.startsWith("//")) lines.push(token.slice(2).trim());
    else if (token.startsWith("/*")) prose.push(token.replace(/^\/\*+|\*+\/$/g, "").replace(/\n\s*\*/g, ""));
    else if (isTest ? BEFORE_A_TITLE.test(code.slice(Math.max(0, index - 20), index)) : isSentence(token))
      prose.push(token.slice(1, -1));
  }
  if (lines.length > 0) prose.push(lines.join(" "));
  return prose.map((text) => text.replace(/\s+/g, " ").trim());
}

const isSentence = (token: string) => /^["'`].*\w \w/.test(token);

/** A page's paragraphs and cells. Code is none of its prose, and a heading may be a question. */
export function proseOfPage(page: string): string[] {
  return page
    .replace(/^```[\s\S]*?^```/gm, "")
    .replace(/^#.*$/gm, "")
    .split(/\n\s*\n|\||^\s*(?:[-*]|\d+\.) /m)
    .map((text) =>
      text
        .replace(/[*_]{2}/g, "")
        .replace(/\s+/g, " ")
        .trim(),
    )
    .filter((text) => text !== "");
}
