// The BYE by which this server ends a call (RFC 3261 §15), to one end in the name of the other: a proxy does not take part
// in the dialog, so the other end's tags, route set and sequence numbers are used (§12.2.1.1).
import { realmOf } from "../policy/settings.ts";
import type { Call, WhyEnded } from "../state/call.ts";
import type { ResponseContext } from "../state/response-context.ts";
import { field, header, headers, type SipRequest } from "../syntax/message.ts";
import { parseNameAddr } from "../syntax/name-addr.ts";
import { splitList } from "../syntax/scan.ts";
import { MAGIC_COOKIE } from "../syntax/via.ts";
import { sign } from "../tokens/signature.ts";
import { ourVia } from "../tokens/via-branch.ts";
import type { World } from "../world.ts";
import { forStrictRouter } from "./forward-request.ts";
import { requestOf } from "./response-context.ts";

export type Side = "caller" | "callee";

/**
 * The same each time for a call, so a repetition is a retransmission. Requests within dialogs leave no trace here, so the
 * numbers that the other end has used are unknown: the highest one that §8.1.1.5 allows is above them all.
 */
export function byeTo(
  side: Side,
  context: ResponseContext,
  call: Call,
  why: Exclude<WhyEnded, "hung up">,
  world: Pick<World, "settings" | "keys">,
): SipRequest {
  const invite = requestOf(context);
  const caller = header(invite, "from") ?? "";
  const callee = withTag(header(invite, "to") ?? "", call.tag);
  const [from, to] = side === "callee" ? [caller, callee] : [callee, caller];
  const { uri, routes } = side === "callee" ? towardsCallee(context, call) : towardsCaller(invite);
  const branch = MAGIC_COOKIE + sign("branch", [context.id, side, "BYE"].join("\n"), world.keys);
  const fields = [
    ourVia([{ name: "branch", value: branch }], realmOf(world)),
    ...routes.map((route) => field("Route", route)),
    field("Max-Forwards", 70),
    field("From", from),
    field("To", to),
    field("Call-ID", header(invite, "call-id") ?? ""),
    field("CSeq", `${HIGHEST_CSEQ} BYE`),
    field("Reason", reasons[why]),
    field("Content-Length", 0),
  ];
  return forStrictRouter({ kind: "request", method: "BYE", uri, fields, body: "" });
}

/** §8.1.1.5: less than 2^31. */
const HIGHEST_CSEQ = 2 ** 31 - 1;

/** Causes of ITU-T Q.850 (RFC 3326 §2): destination out of order, normal clearing, recovery on timer expiry. */
const reasons = {
  lost: 'Q.850;cause=27;text="The other phone lost its connection"',
  operator: 'Q.850;cause=16;text="Ended by the operator"',
  "too long": 'Q.850;cause=102;text="Longest call reached"',
} as const satisfies Record<Exclude<WhyEnded, "hung up">, string>;

interface Way {
  readonly uri: string;
  readonly routes: readonly string[];
}

function towardsCallee({ branches, request }: ResponseContext, { index, contact, routes = [] }: Call): Way {
  return { uri: contact ?? branches[index]?.uri ?? request.split(" ")[1] ?? "", routes };
}

/** §12.1.1: the Contact of the INVITE, and its Record-Route in this order. */
function towardsCaller(invite: SipRequest): Way {
  const address = parseNameAddr(header(invite, "contact") ?? header(invite, "from") ?? "")?.address;
  return { uri: address ?? invite.uri, routes: headers(invite, "record-route").flatMap(splitList) };
}

function withTag(to: string, tag: string): string {
  return tag === "" ? to : `${to};tag=${tag}`;
}
