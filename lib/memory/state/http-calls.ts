// The open calls of an HTTP callee: one record, replaced as a whole.
import { httpCallsKey } from "../../sip/state/http-calls.ts";
import type { Write } from "./record.ts";

export const putHttpCalls: Write<"http calls"> = ({ httpCalls }, { calls }) => {
  const key = httpCallsKey(calls.aor);
  if ((httpCalls.get(key)?.version ?? 0) !== calls.version) return "conflict";
  httpCalls.set(key, { ...calls, version: calls.version + 1 });
  return "committed";
};
