// The flow token of RFC 5626 §5.2, widened to both ends of a dialog: it rides in our Record-Route, comes back in Route,
// and says where in-dialog messages go without a single read. It proves nothing about who sends it, so the sender must
// be one of its two ends. It is sealed, because a caller that withholds its identity must not be named in it.
import type { End } from "./end.ts";
import { seal, unseal } from "./seal.ts";
import type { SigningKeys } from "./signature.ts";

export interface Dialog {
  readonly caller: End;
  readonly callee: End;
}

/** base64url characters only, so it fits the user part of a URI and the value of a Via parameter. */
export function toDialogToken({ caller, callee }: Dialog, keys: SigningKeys): string {
  return seal("dialog", [...fieldsOf(caller), ...fieldsOf(callee)].join("\n"), keys);
}

/** Undefined if we did not make it. */
export function fromDialogToken(token: string, keys: SigningKeys): Dialog | undefined {
  const fields = unseal("dialog", token, keys)?.split("\n");
  return fields && { caller: toEnd(fields.slice(0, 3)), callee: toEnd(fields.slice(3)) };
}

function fieldsOf({ flow, aor = "", instance = "" }: End): string[] {
  return [flow, aor, instance];
}

function toEnd([flow = "", aor = "", instance = ""]: readonly string[]): End {
  return { flow, ...(aor !== "" && { aor }), ...(instance !== "" && { instance }) };
}
