// The flow token of RFC 5626 §5.2, widened to both ends of a dialog: it rides in our Record-Route, comes back in Route,
// and says where in-dialog messages go without a single read. It proves nothing about who sends it, so the sender must
// be one of its two ends. Peers can read it: it names nobody whom its holder does not talk to anyway.
import { type SigningKeys, SIGNATURE_LENGTH, sign, verify } from "./signature.ts";
import type { End } from "./end.ts";

export interface Dialog {
  readonly caller: End;
  readonly callee: End;
}

/** base64url characters only, so it fits the user part of a URI and the value of a Via parameter. */
export function toDialogToken({ caller, callee }: Dialog, keys: SigningKeys): string {
  const content = Buffer.from([...fieldsOf(caller), ...fieldsOf(callee)].join("\n")).toString("base64url");
  return sign("dialog", content, keys) + content;
}

/** Undefined if we did not sign it. */
export function fromDialogToken(token: string, keys: SigningKeys): Dialog | undefined {
  const content = token.slice(SIGNATURE_LENGTH);
  if (!verify("dialog", content, token.slice(0, SIGNATURE_LENGTH), keys)) return undefined;
  const fields = Buffer.from(content, "base64url").toString().split("\n");
  return { caller: toEnd(fields.slice(0, 3)), callee: toEnd(fields.slice(3)) };
}

function fieldsOf({ flow, aor = "", instance = "" }: End): string[] {
  return [flow, aor, instance];
}

function toEnd([flow = "", aor = "", instance = ""]: readonly string[]): End {
  return { flow, ...(aor !== "" && { aor }), ...(instance !== "" && { instance }) };
}
