// The kinds of rows in the Flows table. Each is read together with a flow or ends with it: one table, one batch read.
//
//   0A1b2C3d4E5f6G7=     the identity that logged in on a connection      `rows.ts` (`toFlowRecord`)
//   contact:…            the owner of a contact address                    `rows.ts` (`toContactOwner`)
//   login:…              a count of failed logins                          `login-failures.ts`
//   ticket:…             a ticket that was redeemed                        `tickets.ts`
//
// Connection ids of API Gateway are base64, which has no colon, so the kinds cannot collide.

const CONTACT = "contact:";
const FAILURES = "login:";
const TICKET = "ticket:";

/** The row of a contact's owner. @param contact as `state/contact-owner.ts` names it */
export function contactRow(contact: string): string {
  return CONTACT + contact;
}

/** The contact whose owner is in the row of that name. */
export function contactIn(row: string): string {
  return row.slice(CONTACT.length);
}

/** The row of a count. @param key as the protocol names the count */
export function counterRow(key: string): string {
  return FAILURES + key;
}

/** The key of the count that is in the row of that name; undefined for another kind. @param flow the row's key, unchecked */
export function counterIn(flow: unknown): string | undefined {
  return typeof flow === "string" && flow.startsWith(FAILURES) ? flow.slice(FAILURES.length) : undefined;
}

/** The row of a ticket. */
export function ticketRow(id: string): string {
  return TICKET + id;
}

type Attributes = Readonly<Record<string, unknown>>;

/** Rows of the table by kind. */
export function sorted(
  rows: readonly Attributes[],
): Readonly<Record<"flows" | "contactOwners" | "loginFailures", readonly Attributes[]>> {
  const kindOf = ({ flow }: Attributes) => (typeof flow === "string" ? /^(contact|login):/.exec(flow)?.[1] : undefined);
  return {
    flows: rows.filter((row) => kindOf(row) === undefined),
    contactOwners: rows.filter((row) => kindOf(row) === "contact"),
    loginFailures: rows.filter((row) => kindOf(row) === "login"),
  };
}
