// An XML document as far as event packages need it: well-formed or not, its root, and the elements directly below, each with the
// namespace declarations it depends on, so that it can stand in another document. A document type declaration is refused: it
// could declare entities (and RFC 3470 §4.8 advises against it). One pass by index.

export interface XmlElement {
  /** The name without its prefix. */
  readonly local: string;
  /** Empty without a namespace. */
  readonly namespace: string;
  /** As written, references included; by qualified name. */
  readonly attributes: ReadonlyMap<string, string>;
}

export interface XmlChild extends XmlElement {
  /** The element's text with other attributes in place of those with the same names. */
  written(attributes?: Readonly<Record<string, string>>): string;
}

export interface XmlDocument {
  readonly root: XmlElement;
  readonly children: readonly XmlChild[];
}

/** Undefined if the text is not well-formed, is nested deeper than 40 elements, or has a document type declaration. */
export function parseXml(text: string): XmlDocument | undefined {
  const open: Open[] = [];
  const children: XmlChild[] = [];
  let root: Open | undefined;
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  while (at < text.length) {
    if (text[at] !== "<") {
      const end = indexAfter(text, "<", at, text.length + 1) - 1;
      const between = text.slice(at, end);
      if ((open.length === 0 && between.trim() !== "") || !hasGoodReferences(between)) return undefined;
      at = end;
      continue;
    }
    const skipped = endOfOther(text, at, open.length > 0);
    if (skipped !== undefined) {
      if (skipped < 0) return undefined;
      at = skipped;
      continue;
    }
    const tag = readTag(text, at);
    if (tag === undefined || (open.length === 0 && root !== undefined)) return undefined;
    if (tag.kind !== "end") {
      const element = openElement(tag, open.at(-1));
      if (element === undefined || open.length >= MAX_DEPTH) return undefined;
      root ??= element;
      open.push(element);
    }
    if (tag.kind !== "start") {
      const element = open.pop();
      if (element === undefined || element.tag.name !== tag.name) return undefined;
      if (open.length === 1 && root !== undefined) children.push(childOf(element, root, text.slice(0, tag.end)));
    }
    at = tag.end;
  }
  return root === undefined || open.length > 0 ? undefined : { root, children };
}

/** A text as content or attribute value. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The text of an attribute value of `parseXml`. */
export function unescapeXml(value: string): string {
  return value.replace(/&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(\w+));/g, (reference, hex, decimal, name) => {
    if (typeof name === "string") return NAMED.get(name) ?? reference;
    const code = typeof hex === "string" ? parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : reference;
  });
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

const MAX_DEPTH = 40;

/** The end of a comment, a processing instruction or a CDATA section; -1 if it has none, undefined for a tag. */
function endOfOther(text: string, at: number, isInside: boolean): number | undefined {
  if (text.startsWith("<!--", at)) return indexAfter(text, "-->", at + 4, -1);
  if (text.startsWith("<?", at)) return indexAfter(text, "?>", at + 2, -1);
  if (text.startsWith("<![CDATA[", at)) return isInside ? indexAfter(text, "]]>", at + 9, -1) : -1;
  return text.startsWith("<!", at) ? -1 : undefined;
}

function indexAfter(text: string, sought: string, from: number, without: number): number {
  const found = text.indexOf(sought, from);
  return found < 0 ? without : found + sought.length;
}

interface Tag {
  readonly kind: "start" | "end" | "empty";
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** Index after it. */
  readonly end: number;
}

interface Open extends XmlElement {
  readonly tag: Tag;
  /** Namespaces that it declares, by prefix; the default one by the empty text. */
  readonly declared: ReadonlyMap<string, string>;
  readonly parent: Open | undefined;
}

const NAME = /[\p{L}_][\p{L}\p{N}_.-]*(?::[\p{L}_][\p{L}\p{N}_.-]*)?/uy;
const SPACE = /[ \t\r\n]*/y;
const VALUE = /"[^"<]*"|'[^'<]*'/y;

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

function readTag(text: string, start: number): Tag | undefined {
  const isEnd = text[start + 1] === "/";
  const from = start + (isEnd ? 2 : 1);
  const name = match(NAME, text, from);
  if (name === "") return undefined;
  const attributes = new Map<string, string>();
  let at = from + name.length;
  for (;;) {
    const space = match(SPACE, text, at);
    at += space.length;
    if (text[at] === ">") return { kind: isEnd ? "end" : "start", name, attributes, end: at + 1 };
    if (text.startsWith("/>", at)) return isEnd ? undefined : { kind: "empty", name, attributes, end: at + 2 };
    const attribute = isEnd || space === "" ? "" : match(NAME, text, at);
    if (attribute === "" || attributes.has(attribute)) return undefined;
    at += attribute.length;
    at += match(SPACE, text, at).length;
    if (text[at] !== "=") return undefined;
    at += 1;
    at += match(SPACE, text, at).length;
    const value = match(VALUE, text, at);
    if (value === "" || !hasGoodReferences(value)) return undefined;
    attributes.set(attribute, value.slice(1, -1));
    at += value.length;
  }
}

/** Without a document type, only the five entities of XML itself are declared. */
function hasGoodReferences(text: string): boolean {
  return !/&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)/.test(text);
}

/** Undefined if a prefix is not declared. */
function openElement(tag: Tag, parent: Open | undefined): Open | undefined {
  const declared = new Map<string, string>();
  for (const [name, value] of tag.attributes) if (isDeclaration(name)) declared.set(prefixDeclared(name), value);
  const [local = "", prefix = ""] = tag.name.split(":").toReversed();
  const prefixes = [prefix, ...[...tag.attributes.keys()].filter((name) => !isDeclaration(name)).map(prefixOf)];
  const open = { tag, declared, parent, local, attributes: tag.attributes };
  if (prefixes.some((one) => one !== "" && namespaceOf(one, open) === undefined)) return undefined;
  return { ...open, namespace: namespaceOf(prefix, open) ?? "" };
}

/** A copy of all namespaces at each element would take as many steps as there are namespaces times elements. */
function namespaceOf(prefix: string, open: Pick<Open, "declared" | "parent">): string | undefined {
  const { declared, parent } = open;
  const own = declared.get(prefix);
  if (own !== undefined) return own;
  if (parent !== undefined) return namespaceOf(prefix, parent);
  return prefix === "xml" ? "http://www.w3.org/XML/1998/namespace" : undefined;
}

function isDeclaration(name: string): boolean {
  return name === "xmlns" || name.startsWith("xmlns:");
}

function prefixDeclared(name: string): string {
  return name.slice("xmlns:".length);
}

function prefixOf(name: string): string {
  return name.includes(":") ? name.slice(0, name.indexOf(":")) : "";
}

/** @param until the text up to the end of the element */
function childOf(element: Open, root: Open, until: string): XmlChild {
  const { tag, local, namespace, attributes } = element;
  const rest = until.slice(tag.end);
  return {
    local,
    namespace,
    attributes,
    written: (instead = {}) => {
      const inherited = [...root.attributes].filter(([name]) => isDeclaration(name) && !attributes.has(name));
      const all = new Map([...inherited, ...attributes, ...Object.entries(instead)]);
      const texts = [...all].map(([name, value]) => ` ${name}="${value.replaceAll('"', "&quot;")}"`);
      return `<${tag.name}${texts.join("")}${tag.kind === "empty" ? "/>" : `>${rest}`}`;
    },
  };
}
