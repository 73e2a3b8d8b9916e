// IAM policies, as far as our templates use them. Anything else is an error: an ignored condition would allow here a call
// that AWS refuses.
import { AssemblyError } from "../assembly/template.ts";
import { isObject, type Json } from "../json.ts";

export interface Statement {
  readonly effect: "Allow" | "Deny";
  /** Patterns with `*` and `?`, in lower case. */
  readonly actions: readonly string[];
  /** Patterns with `*` and `?`. */
  readonly resources: readonly string[];
  /** The only attributes of a DynamoDB item that it is about (`ForAllValues:StringEquals` on `dynamodb:Attributes`). */
  readonly attributes?: readonly string[];
}

/** Reads the statements of a resolved policy document. `where` names the resource in errors. */
export function parseStatements(document: Json, where: string): readonly Statement[] {
  const statements = isObject(document) ? listOf(document["Statement"]) : [];
  return statements.filter((statement) => !isAboutTls(statement)).map((statement) => toStatement(statement, where));
}

/**
 * True if a statement allows it and no statement denies it.
 * @param attributes those of DynamoDB items that the call names
 */
export function isAllowed(
  statements: readonly Statement[],
  action: string,
  resource: string,
  attributes: readonly string[] = [],
): boolean {
  const wanted = action.toLowerCase();
  const matching = statements.filter(
    ({ actions, resources, attributes: meant }) =>
      actions.some((pattern) => matches(pattern, wanted)) &&
      resources.some((pattern) => matches(pattern, resource)) &&
      (meant === undefined || attributes.every((attribute) => meant.includes(attribute))),
  );
  return matching.some(({ effect }) => effect === "Allow") && !matching.some(({ effect }) => effect === "Deny");
}

/** Matches a pattern in which `*` stands for any text and `?` for one character. */
export function matches(pattern: string, text: string): boolean {
  let compiled = patterns.get(pattern);
  if (compiled === undefined) {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    compiled = new RegExp(`^${source}$`, "s");
    patterns.set(pattern, compiled);
  }
  return compiled.test(text);
}

/** Patterns come from templates only, so the map stays small. */
const patterns = new Map<string, RegExp>();

/** `enforceSSL` denies plain HTTP. The local endpoint stands for one with TLS, so this statement never applies. */
function isAboutTls(statement: Json): boolean {
  if (!isObject(statement) || statement["Effect"] !== "Deny") return false;
  return JSON.stringify(statement["Condition"]) === '{"Bool":{"aws:SecureTransport":"false"}}';
}

function toStatement(statement: Json, where: string): Statement {
  if (!isObject(statement)) throw new AssemblyError(`${where}: a policy statement should be an object`);
  const unknown = Object.keys(statement).find((key) => !understood.has(key));
  if (unknown !== undefined) {
    throw new AssemblyError(`${where}: the local cloud does not understand ${unknown} in a policy statement`);
  }
  const effect = statement["Effect"];
  if (effect !== "Allow" && effect !== "Deny") throw new AssemblyError(`${where}: a statement without Effect`);
  const actions = strings(statement["Action"], where).map((action) => action.toLowerCase());
  const resources = strings(statement["Resource"], where);
  const condition = statement["Condition"];
  return { effect, actions, resources, ...(condition !== undefined && { attributes: attributesIn(condition, where) }) };
}

const understood = new Set(["Sid", "Effect", "Action", "Resource", "Principal", "Condition"]);

/** The one condition that the templates have. */
function attributesIn(condition: Json, where: string): readonly string[] {
  const operators = isObject(condition) ? Object.keys(condition) : [];
  const keys = isObject(condition) ? condition["ForAllValues:StringEquals"] : undefined;
  const names = isObject(keys) ? keys["dynamodb:Attributes"] : undefined;
  if (operators.length !== 1 || !isObject(keys) || Object.keys(keys).length !== 1 || names === undefined) {
    throw new AssemblyError(`${where}: the local cloud does not understand Condition in a policy statement`);
  }
  return strings(names, where);
}

function strings(value: Json | undefined, where: string): readonly string[] {
  return listOf(value).map((item) => {
    if (typeof item === "string") return item;
    throw new AssemblyError(`${where}: a policy names something that is not a string: ${JSON.stringify(item)}`);
  });
}

function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}
