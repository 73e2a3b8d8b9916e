// Every reason for which a request is refused, a message dropped, a timer ignored or a connection closed. The code goes
// into log, metrics and records; the sentence into the log; the advice into `docs/troubleshooting.md`.

/** A decision's reason: the code, and a detail that the sentence lacks (an address, a number of seconds). */
export interface Reason {
  readonly code: ReasonCode;
  /** Written by this server, never copied from a message. */
  readonly detail?: string;
}

export type ReasonCode = RefusalCode | EventCode;

interface Refusal {
  readonly status: number | { readonly registrar: number; readonly proxy: number };
  /** The reason phrase on the wire, where it is not the usual one of the status. */
  readonly phrase?: string;
  /** One sentence for the log. */
  readonly says: string;
  /** Advice for the receiver of the response. */
  readonly advice: string;
}

/** Reasons that are answered with a status. */
export const refusals = {
  unreadable: {
    status: 400,
    says: "The message is not well-formed SIP.",
    advice: "Compare the message with RFC 3261 §25.1; the reason phrase names the part that cannot be read.",
  },
  "malformed-request-uri": {
    status: 400,
    phrase: "Malformed Request-URI",
    says: "The Request-URI cannot be read.",
    advice: "Dial an address of the form sip:user@domain.",
  },
  "request-uri-with-headers": {
    status: 400,
    phrase: "Request-URI With Headers",
    says: "The Request-URI has a header part, which RFC 3261 §19.1.1 forbids.",
    advice: "Remove everything from the question mark on.",
  },
  "unsupported-scheme": {
    status: 416,
    says: "The Request-URI has a scheme other than sip and sips.",
    advice: "Dial a sip: address; tel: numbers need a gateway that is configured as a peer.",
  },
  "too-many-hops": {
    status: 483,
    says: "Max-Forwards has reached zero.",
    advice: "Look for two servers that forward to each other.",
  },
  "unsupported-extension": {
    status: 420,
    says: "Require or Proxy-Require names an option tag that this server does not support.",
    advice: "Leave out the option tags listed in Unsupported.",
  },
  loop: {
    status: 482,
    says: "The request has been here before with the same routing (RFC 5393 §4.2).",
    advice: "Look for a peer that sends calls back.",
  },
  "forwarding-loop": {
    status: 482,
    says: "Aliases or forwardings lead back to an address that was already asked, or go on too long.",
    advice: "Look at the alias and forwarding settings of the called user and of those it leads to.",
  },
  "merged-request": {
    status: 482,
    phrase: "Merged Request",
    says: "The same request arrived by a second way (RFC 3261 §8.2.2.2).",
    advice: "A proxy before this one forked the request to two routes that both lead here.",
  },
  "malformed-route": {
    status: 400,
    phrase: "Malformed Route",
    says: "A Route value cannot be read.",
    advice: "Use the Route values that Record-Route and Service-Route gave, unchanged.",
  },
  "foreign-route": {
    status: 403,
    says: "The Route leads to another server.",
    advice: "Remove the outbound proxy from the phone's settings, or set it to the domain or host of this deployment.",
  },
  "invalid-route": {
    status: 403,
    phrase: "Invalid Route",
    says: "The Route was not made by this deployment, or its signing key has been rotated away.",
    advice: "End the call and place it again.",
  },
  "too-many-routes": {
    status: 400,
    phrase: "Too Many Routes",
    says: "The request carries more Route values to this server than a client needs.",
    advice: "Configure the outbound proxy once.",
  },
  "not-in-dialog": {
    status: 403,
    phrase: "Not Part of This Dialog",
    says: "The sender is neither end of the dialog that the Route names.",
    advice: "In-dialog requests are accepted from the two phones of the call only.",
  },
  "no-dialog": {
    status: 481,
    says: "The request belongs to a dialog but carries no Route of this server.",
    advice:
      "The phone must repeat the Record-Route of the call as Route; a call that lost it can only be placed again.",
  },
  "nothing-to-cancel": {
    status: 481,
    says: "The CANCEL matches no INVITE of its sender.",
    advice: "Harmless: the call was answered or ended before the CANCEL arrived.",
  },
  "flow-failed": {
    status: 430,
    says: "The other phone of the call is disconnected (RFC 5626 §5.3).",
    advice: "Its connection may come back: try again, or end the call.",
  },
  "foreign-domain": {
    status: 403,
    says: "The address is in a domain that this deployment neither serves nor has a peer for.",
    advice: "Call an address of this deployment's domain, or configure a peer for the other domain.",
  },
  "no-address": {
    status: 404,
    says: "The URI names no address of this domain.",
    advice: "Dial an address of the form sip:user@domain.",
  },
  "unknown-user": {
    status: 404,
    says: "No subscriber has this address.",
    advice: "Check the spelling; list the subscribers.",
  },
  "not-registered": {
    status: 480,
    says: "The user exists, but no phone is registered.",
    advice: "The called user must open the phone; see whether it registers at all.",
  },
  "target-gone": {
    status: 480,
    says: "The phone's connection was gone when the request was delivered.",
    advice: "The called user's phone lost its connection; call again once it is back.",
  },
  "no-answer": {
    status: 408,
    says: "No phone answered in time.",
    advice: "Call again later, or set forwarding on no answer.",
  },
  "forwarding-unusable": {
    status: 480,
    says: "The alias or forwarding target cannot be called.",
    advice: "Correct the alias or forwarding of the called user.",
  },
  "empty-group": {
    status: 480,
    says: "No member of the group has a phone registered.",
    advice: "See which members are registered.",
  },
  "from-not-own": {
    status: 403,
    says: "From names another user than the one that is signed in on this connection.",
    advice: "The phone's address must be the user it signs in as, or anonymous@anonymous.invalid.",
  },
  "max-breadth": {
    status: 440,
    says: "Max-Breadth allows no further branch (RFC 5393 §5.3).",
    advice: "Look for groups of groups before this server.",
  },
  "request-too-long": {
    status: 513,
    says: "The request is too long to be stored for a fork.",
    advice: "Offer fewer codecs or candidates in the SDP.",
  },
  "not-for-domain": {
    status: 404,
    says: "The request is for the domain itself, which answers OPTIONS only.",
    advice: "Dial a user of the domain.",
  },
  "digest-improper": {
    status: 400,
    says: "The digest credentials are not as RFC 7616 §3.4 wants them.",
    advice: "The reason phrase names the parameter that is wrong.",
  },
  "digest-uri-mismatch": {
    status: 400,
    phrase: "Digest URI Mismatch",
    says: "The digest was computed for another URI than the request's.",
    advice: "The phone must put the Request-URI into the digest.",
  },
  "credentials-needed": {
    status: { registrar: 401, proxy: 407 },
    says: "The connection is not signed in.",
    advice: "Normal at the start: the phone answers the challenge and tries again.",
  },
  "nonce-stale": {
    status: { registrar: 401, proxy: 407 },
    says: "The nonce is too old or was used before (stale=true).",
    advice: "Normal: the phone tries again with the new nonce without asking its user.",
  },
  "login-failed": {
    status: { registrar: 401, proxy: 407 },
    says: "User name or password is wrong.",
    advice: "Check user name and password; the user must exist in the domain that the challenge names as realm.",
  },
  "login-locked": {
    status: 503,
    phrase: "Too Many Failed Logins",
    says: "Too many logins failed; further ones are not judged until the lock ends.",
    advice: "Wait for Retry-After seconds; look for a phone or page with an old password.",
  },
  "token-refused": {
    status: { registrar: 401, proxy: 407 },
    says: "The bearer token was refused.",
    advice: "Get a new token; check issuer, audience and the claim that holds the address.",
  },
  "issuer-unavailable": {
    status: 503,
    says: "The token issuer's keys cannot be fetched.",
    advice: "Check that the issuer's discovery document and key set are reachable from the Lambda.",
  },
  "register-foreign-domain": {
    status: 403,
    says: "The REGISTER is for a domain that this deployment does not serve.",
    advice: "Set the phone's domain to one of the deployment's.",
  },
  "register-for-other": {
    status: 403,
    says: "The signed-in user may not register this address.",
    advice: "Each user registers its own address only (RFC 3261 §10.2).",
  },
  "to-not-sip": {
    status: 400,
    phrase: "To Must Be a SIP URI",
    says: "The To of the REGISTER is not a SIP URI.",
    advice: "Register an address of the form sip:user@domain.",
  },
  "malformed-contact": {
    status: 400,
    phrase: "Malformed Contact",
    says: "A Contact of the REGISTER cannot be read.",
    advice: "The phone writes a Contact outside RFC 3261 §20.10.",
  },
  "contact-too-long": {
    status: 400,
    phrase: "Contact Too Long",
    says: "A Contact is longer than is stored.",
    advice: "Shorten the Contact and its parameters.",
  },
  "too-many-contacts": {
    status: 400,
    phrase: "Too Many Contacts",
    says: "One REGISTER names more contacts than are compared.",
    advice: "Register each phone by a REGISTER of its own.",
  },
  "misused-asterisk": {
    status: 400,
    phrase: "Misused Contact *",
    says: "Contact * stands beside others or without Expires: 0 (RFC 3261 §10.2.2).",
    advice: "Contact * removes all bindings: it must be alone, with Expires: 0.",
  },
  "interval-too-brief": {
    status: 423,
    says: "The expiry asked for is below the minimum.",
    advice: "Normal: the phone registers again with Min-Expires.",
  },
  "cseq-out-of-order": {
    status: 500,
    phrase: "CSeq Out of Order",
    says: "A REGISTER with a higher CSeq of the same Call-ID was stored before.",
    advice: "Harmless when requests overtook each other; the newer one counts.",
  },
  "newer-connection": {
    status: 500,
    phrase: "Registered on a Newer Connection",
    says: "The device has just registered on a connection that was opened later.",
    advice:
      "Harmless when a REGISTER of a connection that is gone came late; a page that shares its instance with another one needs its own.",
  },
  "too-many-bindings": {
    status: 403,
    phrase: "Too Many Bindings",
    says: "The address has as many phones registered as it may have.",
    advice: "Close a phone of this user, raise maxBindings, or set whenFull to replace-oldest.",
  },
  "call-id-too-long": {
    status: 400,
    phrase: "Call-ID Too Long",
    says: "The Call-ID of the REGISTER is longer than is stored.",
    advice: "Use a Call-ID of at most 256 characters.",
  },
  "malformed-path": {
    status: 400,
    phrase: "Malformed Path",
    says: "A Path value cannot be read; it would later be sent as a Route.",
    advice: "Correct the Path that the proxy before this one adds.",
  },
  "path-too-long": {
    status: 513,
    phrase: "Path Too Long",
    says: "The Path is longer than is stored.",
    advice: "Shorten the chain of proxies before this one.",
  },
  "one-flow-one-contact": {
    status: 400,
    phrase: "One Flow, One Contact",
    says: "A REGISTER with reg-id names more than one contact (RFC 5626 §6).",
    advice: "Register each flow by a REGISTER of its own.",
  },
  "no-outbound-first-hop": {
    status: 439,
    says: "The REGISTER has a reg-id but came through a proxy that does not keep flows (RFC 5626 §6).",
    advice: "Connect the phone directly, or leave out reg-id.",
  },
  "rate-limited": {
    status: 503,
    says: "The connection, user or network sends more requests than its rate allows.",
    advice: "Wait for Retry-After seconds; look for a phone that repeats requests.",
  },
  overloaded: {
    status: 503,
    says: "AWS throttled a call, or the state changed too often while the request was decided.",
    advice: "Wait for Retry-After seconds; if it stays, look at DynamoDB and Lambda quotas.",
  },
  failed: {
    status: 500,
    says: "A call to AWS failed or the code threw; the log has the error.",
    advice: "Look for the ERROR line of the same time.",
  },
} as const satisfies Readonly<Record<string, Refusal>>;

export type RefusalCode = keyof typeof refusals;

/** Reasons without a response: one sentence about a message dropped, a timer ignored or a connection closed. */
export const events = {
  redirected: "The caller was told another address (RFC 3261 §8.3).",
  "ack-not-answered": "An ACK would have been refused; an ACK is never answered (RFC 3261 §17).",
  "ack-for-refusal": "The ACK for a refusal ends at this hop (RFC 3261 §17.1.1.3).",
  "request-repeated": "The request is a retransmission of one that is being handled.",
  unanswerable: "The message cannot be read and gets no response: an ACK, a response, or a request without a Via.",
  "response-foreign-via": "The topmost Via of the response was not written by this server.",
  "response-without-next-hop": "The response has no Via of a sender.",
  "response-forgotten": "The response answers a request that is no longer stored.",
  "response-mismatch": "The response repeats another Call-ID or CSeq than its request.",
  "response-not-asked": "The response came from a device that the request was not sent to.",
  "response-outside-dialog": "The response came from outside the dialog.",
  "response-by-asker": "The response came from the end that sent the request.",
  undeliverable: "The message could not be delivered and has no sender to tell.",
  "context-forgotten": "A delivery failed for a request that is no longer stored.",
  "flow-unknown": "The closed connection had no user and no binding.",
  "flow-closed": "The connection closed; its bindings ended.",
  "caller-gone": "The caller is neither on its connection nor registered again; its call is cancelled.",
  "timer-stale": "The timer was replaced by a later one.",
  "timer-early": "The timer fired before its state was stored and was set again.",
  "timer-without-state": "The timer's state was never stored.",
  "timer-after-end": "The call was over and every message had been sent: the timer had nothing left to do.",
  "cancel-repeated": "CANCEL is sent again to a phone that has not confirmed it.",
  "device-lost": "A ringing phone lost its connection and did not come back; its branch counts as unavailable.",
  "answer-unheard":
    "The caller has no connection at the moment; the final response is kept, and timers look for the caller.",
  "caller-returned":
    "The caller is back on another connection and gets the final response that could not be delivered before.",
  "caller-away": "The caller of a kept final response is still away.",
  "final-repeated": "The final response is sent again: the Lambda that decided it may have ended before sending it.",
  "logged-in": "The connection has logged in in time.",
  "login-deadline":
    "No login is stored for the connection at its deadline: it did not log in, or has left; it is closed.",
  "login-failed-kept": "The connection failed a login and is kept: closed, it would come back and fail again.",
  "closed-over-rate": "The connection was closed because it kept sending above its rate.",
  "closed-unreadable": "The connection was closed because it sent too many messages that are not SIP.",
} as const satisfies Readonly<Record<string, string>>;

export type EventCode = keyof typeof events;

/** The sentence for the log, with the detail if there is one. */
export function sentenceOf({ code, detail }: Reason): string {
  const says = isRefusalCode(code) ? refusals[code].says : events[code];
  return detail === undefined ? says : `${says} (${detail})`;
}

export function isRefusalCode(code: ReasonCode): code is RefusalCode {
  return Object.hasOwn(refusals, code);
}
