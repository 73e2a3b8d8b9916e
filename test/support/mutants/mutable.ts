// Makes the functions of `lib` exchangeable: each exported function, and each function behind a `/* mutant: name */`, asks
// the registry at every call whether a mutant stands in for it.

const FUNCTION = /^([ \t]*)(?:\/\* mutant: ([^*]+?) \*\/ )?(export )?(async )?function (\w+)(?=\s*\()/gm;

/** @param code JavaScript */
export function mutable(code: string): string {
  return code.replace(FUNCTION, (text, indent: string, marker?: string, exported = "", async = "", name = "") => {
    if (marker === undefined && exported === "") return text;
    const key = marker === undefined ? name : JSON.stringify(marker);
    const body = `return (mutants.get(${key})?.(${name}$) ?? ${name}$)(...parameters);`;
    return `${indent}${exported}function ${name}(...parameters) { ${body} } ${async}function ${name}$`;
  });
}
