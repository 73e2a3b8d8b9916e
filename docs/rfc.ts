// Makes docs/rfc.md from the headers of the files in lib/sip: the comment at the top of a file names the sections it implements.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join, relative } from "node:path";

const root = fileURLToPath(new URL("..", import.meta.url));

export interface Implementation {
  readonly file: string;
  /** First sentence of the header, without its references. */
  readonly subject: string;
  /** Sections by document (`RFC 3261`); a document that is named as a whole has none. */
  readonly sections: ReadonlyMap<string, readonly string[]>;
}

/** The header of each file of lib/sip, in the order of their paths. */
export function readImplementations(): readonly Implementation[] {
  return readdirSync(join(root, "lib/sip"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .toSorted()
    .map((file) => {
      const header = headerOf(readFileSync(join(root, file), "utf8"));
      return { file, subject: subjectOf(header), sections: sectionsIn(header) };
    });
}

/** The comment that a file begins with, as one line. */
export function headerOf(text: string): string {
  const [lines = ""] = /^(?:\/\/.*\n)+/.exec(text) ?? [];
  return lines
    .replaceAll(/^\/\/ ?/gm, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** `RFC 5626 §4.2, §6` and `§16.3 step 4`; after a parenthesis or a sentence a section is RFC 3261's again. */
export function sectionsIn(header: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  let current = MAIN;
  for (const [token, named, section] of header.matchAll(TOKEN)) {
    if (token === ")" || token === ". ") current = MAIN;
    else {
      if (named !== undefined) current = named;
      const sections = found.get(current) ?? new Set();
      if (section !== undefined) sections.add(`§${section}`);
      found.set(current, sections);
    }
  }
  return new Map([...found].map(([key, sections]) => [key, [...sections].toSorted(bySection)]));
}

const MAIN = "RFC 3261";
const TOKEN = /(RFC \d+|draft-[a-z0-9-]+)|§(\d+(?:\.\d+)*(?: step \d+)?)|\)|\. /g;

function subjectOf(header: string): string {
  const [sentence = ""] = /^.*?(?:[.:?](?= [A-Z"`§]|$)|$)/.exec(header.replaceAll(REFERENCES, "")) ?? [];
  const subject = sentence.replace(/[.:]$/, "").replaceAll("|", "\\|");
  return subject.charAt(0).toUpperCase() + subject.slice(1);
}

/** References in parentheses, or in front of a colon. */
const REFERENCES = /^RFC [^:]*§[^:]*: | \((?=[^)]*(?:§|RFC ))[^)]*\)/g;

function bySection(a: string, b: string): number {
  const [left, right] = [a, b].map((section) => [...section.matchAll(/\d+/g)].map(Number));
  for (const [index, number] of (left ?? []).entries()) {
    const difference = number - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return (left?.length ?? 0) - (right?.length ?? 0);
}

/** docs/rfc.md: RFC 3261, the other documents, and the files that implement none. */
export function rfcTable(): string {
  const implementations = readImplementations();
  const rows = implementations.flatMap(({ file, subject, sections }) =>
    [...sections].map(([document, named]) => ({ file, subject, document, named })),
  );
  const main = rows
    .filter(({ document }) => document === MAIN)
    .toSorted((a, b) => bySection(a.named[0] ?? "", b.named[0] ?? ""))
    .map(({ file, subject, named }) => `| ${named.join(", ")} | \`${file}\` | ${subject} |`);
  const other = rows
    .filter(({ document }) => document !== MAIN)
    .toSorted((a, b) => collator.compare(a.document, b.document) || bySection(a.named[0] ?? "", b.named[0] ?? ""))
    .map(
      ({ file, subject, document, named }) =>
        `| ${[document, named.join(", ")].join(" ").trim()} | \`${file}\` | ${subject} |`,
    );
  const none = implementations
    .filter(({ sections }) => sections.size === 0)
    .map(({ file, subject }) => `| \`${file}\` | ${subject} |`);
  return [
    INTRODUCTION,
    "## RFC 3261\n\n| section | file | subject |\n|---|---|---|",
    ...main,
    "\n## Other documents\n\n| document and section | file | subject |\n|---|---|---|",
    ...other,
    "\n## No document\n\n| file | subject |\n|---|---|",
    ...none,
    "",
  ].join("\n");
}

const collator = new Intl.Collator("en", { numeric: true });

const INTRODUCTION = `<!-- made by \`npm run docs\` from the first comment of each file in lib/sip -->
# RFC sections and the files that implement them
`;
