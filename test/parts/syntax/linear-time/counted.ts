// Code that counts its steps: each entry of a function and each turn of a loop adds one to `$taken.steps` of `steps.ts`.
import { stripTypeScriptTypes } from "node:module";
import { type AnyNode, parse } from "acorn";
import type { Rewriting } from "../../../support/program.ts";

interface Insertion {
  readonly at: number;
  readonly text: string;
}

const COUNT = "$taken.steps += 1";

export const countedSip: Rewriting = {
  folder: new URL("../../../../lib/sip/", import.meta.url),
  globals: new URL("steps.ts", import.meta.url),
  rewrite: (code) => counted(stripTypeScriptTypes(code)),
};

/** @param code JavaScript, a module */
function counted(code: string): string {
  const insertions: Insertion[] = [];
  visit(parse(code, { ecmaVersion: "latest", sourceType: "module" }), insertions);
  let [text, from] = ["", 0];
  for (const insertion of insertions.toSorted((a, b) => a.at - b.at)) {
    text += code.slice(from, insertion.at) + insertion.text;
    from = insertion.at;
  }
  return text + code.slice(from);
}

function visit(node: AnyNode, into: Insertion[]): void {
  const body = bodyOf(node);
  if (body !== undefined && body.type !== "BlockStatement") {
    const isExpression = node.type === "ArrowFunctionExpression";
    into.push({ at: body.start, text: isExpression ? `(${COUNT}, ` : `{ ${COUNT}; ` });
    children(node).forEach((child) => visit(child, into));
    into.push({ at: body.end, text: isExpression ? ")" : " }" });
    return;
  }
  if (body !== undefined) into.push({ at: body.start + 1, text: ` ${COUNT};` });
  children(node).forEach((child) => visit(child, into));
}

const COUNTED = /^(?:Function|ArrowFunction|For|While|DoWhile)/;

/** The body of a function or a loop. */
function bodyOf(node: AnyNode): AnyNode | undefined {
  return COUNTED.test(node.type) && "body" in node && isNode(node.body) ? node.body : undefined;
}

function children(node: AnyNode): AnyNode[] {
  return Object.values(node).flat().filter(isNode);
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
