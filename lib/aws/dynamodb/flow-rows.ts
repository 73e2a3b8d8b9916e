// The kinds of rows in the table of the flows. Each lies there because it is read or dies together with a flow: one table,
// one batch read, and none of them is missed when it expires.
//
//   0A1b2C3d4E5f6G7=     who logged in on a connection                     `rows.ts` (`toFlowRecord`)
//   contact:…            whose a contact is, a record like that of a flow  `../../sip/location/contact-address.ts`
//   login:…              a count of failed logins                          `login-failures.ts`
//   ticket:…             a ticket that was spent                           `tickets.ts`
//
// No connection has a name of the other kinds: API Gateway's ids are base64, which has no colon.

const FAILURES = "login:";
const TICKET = "ticket:";

/** Names the row of a count. @param key as the protocol names the count */
export function counterRow(key: string): string {
  return FAILURES + key;
}

/** The key of the count that is in the row of that name; undefined if it is no count. @param flow the row's key, unchecked */
export function counterIn(flow: unknown): string | undefined {
  return typeof flow === "string" && flow.startsWith(FAILURES) ? flow.slice(FAILURES.length) : undefined;
}

/** Names the row of a ticket. */
export function ticketRow(id: string): string {
  return TICKET + id;
}
