// A session at the endpoint of an HTTP callee: one record, replaced as a whole.
import type { HttpSession } from "../../sip/state/http-session.ts";
import type { Committed, Rows, Write } from "./record.ts";

export const addHttpSession: Write<"new http session"> = (rows, { session }) => put(rows, session);

export const putHttpSession: Write<"http session"> = (rows, { session }) => put(rows, session);

function put({ httpSessions }: Rows, session: HttpSession): Committed {
  const { tag, version } = session;
  if ((httpSessions.get(tag)?.version ?? 0) !== version) return "conflict";
  httpSessions.set(tag, { ...session, version: version + 1 });
  return "committed";
}
