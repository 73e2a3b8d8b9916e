// AWS's JSON protocols 1.0 and 1.1: every operation is a POST to the root, its name in a header (Smithy, "AWS JSON protocol").
import type { Wire } from "./lean.ts";
import type { HttpAnswer } from "./transport.ts";

/** @param target the service's name in `X-Amz-Target`, as `DynamoDB_20120810` */
export function jsonRequest(target: string, version: "1.0" | "1.1"): (operation: string, input: object) => Wire {
  const contentType = `application/x-amz-json-${version}`;
  return (operation, input) => ({
    method: "POST",
    path: "/",
    headers: { "content-type": contentType, "x-amz-target": `${target}.${operation}` },
    body: JSON.stringify(input),
  });
}

/** Undefined for a body that holds no object: a proxy's HTML, half an answer. */
export function objectIn({ body }: HttpAnswer): object | undefined {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The name of an error without its namespace: `ConditionalCheckFailedException`. Undefined if the object has none. */
export function errorNameIn(value: object): string | undefined {
  return "__type" in value && typeof value.__type === "string" ? value.__type.split("#").at(-1) : undefined;
}
