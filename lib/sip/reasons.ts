// Every reason for which a request is refused, a message dropped, a timer ignored or a connection closed. The code goes
// into log, metrics and records; the sentence into the log. `advice.ts` has the remedies.

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
}

/** Reasons that are answered with a status. */
export const refusals = {
  "push-service-unknown": {
    status: 555,
    says: "The device names a push service that this server does not use (pn-provider).",
  },
  "malformed-push-address": {
    status: 400,
    phrase: "Malformed Push Address",
    says: "The push address of the device (pn-prid, pn-param) is not one of its push service.",
  },
  "push-host-not-listed": {
    status: 403,
    phrase: "Push Host Not Allowed",
    says: "The push address of the device is on a host that the deployment does not list.",
  },
  unreadable: {
    status: 400,
    says: "The message is not well-formed SIP.",
  },
  "malformed-request-uri": {
    status: 400,
    phrase: "Malformed Request-URI",
    says: "The Request-URI cannot be read.",
  },
  "request-uri-with-headers": {
    status: 400,
    phrase: "Request-URI With Headers",
    says: "The Request-URI has a header part, which RFC 3261 §19.1.1 forbids.",
  },
  "unsupported-scheme": {
    status: 416,
    says: "The Request-URI has a scheme other than sip and sips.",
  },
  "too-many-hops": {
    status: 483,
    says: "Max-Forwards has reached zero.",
  },
  "unsupported-extension": {
    status: 420,
    says: "Require or Proxy-Require names an option tag that this server does not support.",
  },
  loop: {
    status: 482,
    says: "The request has been here before with the same routing (RFC 5393 §4.2).",
  },
  "forwarding-loop": {
    status: 482,
    says: "Aliases or forwardings lead back to an address that was already asked, or go on too long.",
  },
  "merged-request": {
    status: 482,
    phrase: "Merged Request",
    says: "The same request arrived by a second way (RFC 3261 §8.2.2.2).",
  },
  "malformed-route": {
    status: 400,
    phrase: "Malformed Route",
    says: "A Route value cannot be read.",
  },
  "foreign-route": {
    status: 403,
    says: "The Route leads to another server.",
  },
  "invalid-route": {
    status: 403,
    phrase: "Invalid Route",
    says: "The Route was not made by this deployment, or its signing key has been rotated away.",
  },
  "too-many-routes": {
    status: 400,
    phrase: "Too Many Routes",
    says: "The request carries more Route values to this server than a client needs.",
  },
  "not-in-dialog": {
    status: 403,
    phrase: "Not Part of This Dialog",
    says: "The sender is neither end of the dialog that the Route names.",
  },
  "no-dialog": {
    status: 481,
    says: "The request belongs to a dialog but carries no Route of this server.",
  },
  "nothing-to-cancel": {
    status: 481,
    says: "The CANCEL matches no INVITE of its sender.",
  },
  "register-after-close": {
    status: 430,
    says: "The connection of the REGISTER had closed before it was decided.",
  },
  "flow-failed": {
    status: 430,
    says: "The other phone of the call is disconnected (RFC 5626 §5.3) and did not come back while the request waited.",
  },
  "foreign-domain": {
    status: 403,
    says: "The address is in a domain that this deployment neither serves nor has a peer for.",
  },
  "no-address": {
    status: 404,
    says: "The URI names no address of this domain.",
  },
  "unknown-user": {
    status: 404,
    says: "No subscriber has this address.",
  },
  "not-registered": {
    status: 480,
    says: "No phone is registered for the address.",
  },
  "in-call": {
    status: 486,
    says: "The called user is in a call and takes no second one.",
  },
  "do-not-disturb": {
    status: 480,
    phrase: "Do Not Disturb",
    says: "The called user does not want to be disturbed (RFC 3261 §21.4.18).",
  },
  "caller-blocked": {
    status: 603,
    says: "The called user has blocked the sender.",
  },
  "message-too-long": {
    status: 413,
    says: "The message is longer than is stored for a user without a phone.",
  },
  "mailbox-full": {
    status: 480,
    phrase: "Too Many Messages Waiting",
    says: "The limit of messages that wait for the user, or of those from this sender, is reached.",
  },
  "target-gone": {
    status: 480,
    says: "The phone's connection was gone when the request was delivered.",
  },
  "no-answer": {
    status: 408,
    says: "No phone answered in time.",
  },
  "forwarding-unusable": {
    status: 480,
    says: "The alias or forwarding target cannot be called.",
  },
  closed: {
    status: 480,
    phrase: "Outside of Hours",
    says: "The address takes calls at other hours, and has no forwarding for the time outside of them.",
  },
  "empty-group": {
    status: 480,
    says: "No member of the group has a phone registered.",
  },
  "from-not-own": {
    status: 403,
    says: "From names another user than the one that is signed in on this connection.",
  },
  "max-breadth": {
    status: 440,
    says: "Max-Breadth allows no further branch (RFC 5393 §5.3).",
  },
  "request-too-long": {
    status: 513,
    says: "The request is too long to be stored for a fork.",
  },
  "not-for-domain": {
    status: 404,
    says: "The request is for the domain itself, which answers OPTIONS only.",
  },
  "digest-improper": {
    status: 400,
    says: "The digest credentials do not follow RFC 7616 §3.4.",
  },
  "digest-uri-mismatch": {
    status: 400,
    phrase: "Digest URI Mismatch",
    says: "The digest was computed for another URI than the request's.",
  },
  "credentials-needed": {
    status: { registrar: 401, proxy: 407 },
    says: "The connection is not signed in.",
  },
  "nonce-stale": {
    status: { registrar: 401, proxy: 407 },
    says: "The nonce is too old or was used before (stale=true).",
  },
  "login-failed": {
    status: { registrar: 401, proxy: 407 },
    says: "User name or password is wrong.",
  },
  "login-locked": {
    status: 503,
    phrase: "Too Many Failed Logins",
    says: "Too many logins failed; further ones are not judged until the lock ends.",
  },
  "token-refused": {
    status: { registrar: 401, proxy: 407 },
    says: "The bearer token was refused.",
  },
  "issuer-unavailable": {
    status: 503,
    says: "The token issuer's keys cannot be fetched.",
  },
  "register-foreign-domain": {
    status: 403,
    says: "The REGISTER is for a domain that this deployment does not serve.",
  },
  "register-for-other": {
    status: 403,
    says: "The signed-in user may not register this address.",
  },
  "to-not-sip": {
    status: 400,
    phrase: "To Must Be a SIP URI",
    says: "The To of the REGISTER is not a SIP URI.",
  },
  "malformed-contact": {
    status: 400,
    phrase: "Malformed Contact",
    says: "A Contact of the REGISTER cannot be read.",
  },
  "contact-too-long": {
    status: 400,
    phrase: "Contact Too Long",
    says: "A Contact is longer than is stored.",
  },
  "too-many-contacts": {
    status: 400,
    phrase: "Too Many Contacts",
    says: "One REGISTER names more contacts than are compared.",
  },
  "misused-asterisk": {
    status: 400,
    phrase: "Misused Contact *",
    says: "Contact * stands beside others or without Expires: 0 (RFC 3261 §10.2.2).",
  },
  "interval-too-brief": {
    status: 423,
    says: "The expiry asked for is below the minimum.",
  },
  "cseq-out-of-order": {
    status: 500,
    phrase: "CSeq Out of Order",
    says: "A REGISTER with a higher CSeq of the same Call-ID was stored before.",
  },
  "newer-connection": {
    status: 500,
    phrase: "Registered on a Newer Connection",
    says: "The device has just registered on a connection that was opened later.",
  },
  "too-many-bindings": {
    status: 403,
    phrase: "Too Many Bindings",
    says: "The address has the maximum number of registered phones.",
  },
  "call-id-too-long": {
    status: 400,
    phrase: "Call-ID Too Long",
    says: "The Call-ID of the REGISTER is longer than is stored.",
  },
  "malformed-path": {
    status: 400,
    phrase: "Malformed Path",
    says: "A Path value cannot be read; it would later be sent as a Route.",
  },
  "path-too-long": {
    status: 513,
    phrase: "Path Too Long",
    says: "The Path is longer than is stored.",
  },
  "one-flow-one-contact": {
    status: 400,
    phrase: "One Flow, One Contact",
    says: "A REGISTER with reg-id names more than one contact (RFC 5626 §6).",
  },
  "no-outbound-first-hop": {
    status: 439,
    says: "The REGISTER has a reg-id but came through a proxy that does not keep flows (RFC 5626 §6).",
  },
  "bad-event": {
    status: 489,
    says: "This server is not the notifier of the event package, or takes no publications in it.",
  },
  "not-acceptable": {
    status: 406,
    says: "Accept does not allow the document type of the event package.",
  },
  "malformed-expires": {
    status: 400,
    phrase: "Malformed Expires",
    says: "Expires is not a number of seconds.",
  },
  "no-from-tag": {
    status: 400,
    phrase: "From Without Tag",
    says: "A SUBSCRIBE without a From tag cannot open a dialog (RFC 3261 §12.1.2).",
  },
  "no-subscription": {
    status: 481,
    phrase: "Subscription Does Not Exist",
    says: "The subscription has ended, or never was.",
  },
  "cseq-lower": {
    status: 500,
    phrase: "CSeq Out of Order",
    says: "A SUBSCRIBE with a higher CSeq came before in the dialog (RFC 3261 §12.2.2).",
  },
  "may-not-watch": {
    status: 403,
    says: "The owner of the address does not let this user subscribe to it.",
  },
  "too-many-subscriptions": {
    status: 403,
    phrase: "Too Many Subscriptions",
    says: "The user has the maximum number of subscriptions, in total or to this address.",
  },
  "too-many-watchers": {
    status: 503,
    phrase: "Too Many Watchers",
    says: "The address has the maximum number of watchers in this package.",
  },
  "list-not-supported": {
    status: 421,
    says: "The address is a list, and the SUBSCRIBE does not say that it supports lists (RFC 4662 §4.1).",
  },
  "no-list": {
    status: 400,
    phrase: "No List",
    says: "The SUBSCRIBE requires recipient-list-subscribe and has no list (RFC 5367).",
  },
  "unsupported-list": {
    status: 415,
    says: "The list in the SUBSCRIBE is of another type or disposition than RFC 5367 says, or is encoded.",
  },
  "malformed-list": {
    status: 400,
    phrase: "Malformed List",
    says: "The list in the SUBSCRIBE cannot be read, or has no entry.",
  },
  "list-too-long": {
    status: 413,
    says: "The list in the SUBSCRIBE has more entries, or more text, than one list may have.",
  },
  "nothing-to-publish": {
    status: 400,
    phrase: "Nothing to Publish",
    says: "The PUBLISH has neither SIP-If-Match nor a document with a lifetime (RFC 3903 §6).",
  },
  "unsupported-document": {
    status: 415,
    says: "The published document is of another type than the event package has, or has a Content-Encoding.",
  },
  "malformed-document": {
    status: 400,
    phrase: "Malformed Document",
    says: "The published document cannot be read.",
  },
  "document-of-other": {
    status: 400,
    phrase: "Document of Another User",
    says: "The published document is about another address than the PUBLISH.",
  },
  "document-too-long": {
    status: 513,
    says: "The published document is longer than is stored.",
  },
  "publish-for-other": {
    status: 403,
    says: "The signed-in user may not publish for this address.",
  },
  "publication-unknown": {
    status: 412,
    says: "No publication has this entity tag: it has run out, or was changed under another one.",
  },
  "too-many-publications": {
    status: 403,
    phrase: "Too Many Publications",
    says: "The user has the maximum number of live publications in this package.",
  },
  "settings-of-other": {
    status: 403,
    says: "A user reads and changes the settings of its own address only.",
  },
  "settings-of-alias": {
    status: 403,
    says: "The address is another name of a user, whose settings count.",
  },
  "settings-malformed": {
    status: 400,
    phrase: "Malformed Settings",
    says: "The settings are not a JSON document with the parts that a user may set.",
  },
  "settings-target-not-sip": {
    status: 400,
    phrase: "Leads to No SIP URI",
    says: "Calls are forwarded to SIP URIs.",
  },
  "settings-target-foreign": {
    status: 403,
    phrase: "Leads to a Foreign Domain",
    says: "A user forwards calls within the domains of the deployment; the operator may set another target.",
  },
  "settings-target-itself": {
    status: 400,
    phrase: "Leads to the Address Itself",
    says: "Calls that are forwarded to their own address would get 482.",
  },
  "settings-target-unknown": {
    status: 400,
    phrase: "Leads to an Unknown User",
    says: "The target of the forwarding is not a user, an alias or a group of the deployment.",
  },
  "http-callee-unusable": {
    status: 480,
    says: "The address is answered over HTTP, but its host is not among those that the deployment lists, or calls are not tracked.",
  },
  "http-caller-not-allowed": {
    status: 403,
    says: "The caller is not among those that may call this HTTP endpoint.",
  },
  "http-callee-full": {
    status: 486,
    says: "The HTTP endpoint has the maximum number of open calls, in all or of this caller.",
  },
  "http-no-offer": {
    status: 488,
    says: "The INVITE has no SDP offer, and an HTTP endpoint makes none.",
  },
  "http-offer-unusable": {
    status: 488,
    says: "The further offer cannot be read, or has fewer media than the first one (RFC 3264 §8).",
  },
  "http-content-type": {
    status: 415,
    says: "The body is not application/sdp, which is all that an HTTP endpoint takes.",
  },
  "http-method": {
    status: 405,
    says: "An address that is answered over HTTP takes calls only.",
  },
  "http-no-dialog": {
    status: 481,
    says: "The session at the HTTP endpoint is over, or never was.",
  },
  "http-ice-refused": {
    status: 488,
    says: "The HTTP endpoint has not restarted ICE; the session goes on as it was.",
  },
  "http-cseq-out-of-order": {
    status: 500,
    phrase: "CSeq Out of Order",
    says: "A further offer with a higher CSeq was answered before (RFC 3261 §12.2.2).",
  },
  "http-refused": {
    status: 488,
    says: "The HTTP endpoint refused the offer.",
  },
  "http-not-found": {
    status: 404,
    says: "The HTTP endpoint does not exist.",
  },
  "http-busy": {
    status: 486,
    says: "The HTTP endpoint takes no further session at the moment, or not from this deployment.",
  },
  "http-unavailable": {
    status: 503,
    says: "The HTTP endpoint cannot be reached or used.",
  },
  "http-timeout": {
    status: 408,
    says: "The HTTP endpoint did not answer in time.",
  },
  "http-bad-answer": {
    status: 502,
    says: "The HTTP endpoint gave no SDP answer, or no URL by which the session can be ended.",
  },
  "rate-limited": {
    status: 503,
    says: "The connection, user or network sends more requests than its rate allows.",
  },
  overloaded: {
    status: 503,
    says: "AWS throttled a call, or the state changed too often while the request was decided.",
  },
  failed: {
    status: 500,
    says: "A call to AWS failed or the code threw; the log has the error.",
  },
} as const satisfies Readonly<Record<string, Refusal>>;

export type RefusalCode = keyof typeof refusals;

/** Reasons without a response: one sentence about a message dropped, a timer ignored or a connection closed. */
export const events = {
  redirected: "The caller was redirected to another address (RFC 3261 §8.3).",
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
  "request-held":
    "The other phone of the call has no connection at the moment; the request waits until it registers again.",
  "held-request-repeated": "A request that waited was sent without a response and is sent once more.",
  "context-forgotten": "A delivery failed for a request that is no longer stored.",
  "flow-unknown": "The closed connection had no user and no binding.",
  "flow-closed": "The connection closed; its bindings ended.",
  "caller-gone": "The caller is neither on its connection nor registered again; its call is cancelled.",
  "push-put-off": "The push service asks for a later attempt.",
  "device-awaited": "The connection of the device is gone, and the call waits for the device already.",
  "push-failed": "The push was not taken, and no call waits for it.",
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
  "final-repeated":
    "The final response is sent again: it could not be delivered, or the Lambda that decided it may have ended before sending it.",
  "call-lost": "A phone of the call lost its connection and did not come back in time; the call was ended.",
  "call-ended-by-operator": "The operator ended the call.",
  "call-too-long": "The call reached the longest time that the settings allow; it was ended.",
  "call-goes-on":
    "The call goes on: the phone whose connection closed is back, or the longest time is not reached yet.",
  "call-waits": "A phone of the call has no connection at the moment; a later timer decides.",
  "bye-repeated":
    "The BYE of this server is sent again: the Lambda that ended the call may have ended before sending it.",
  "message-stored": "The receiver has no connected phone; the message waits until one registers (RFC 3428 §7).",
  "message-waits": "A stored message stays for a later time or another phone.",
  "message-delivered": "A stored message was delivered.",
  "message-refused":
    "The phone refused a stored message: it stays for another phone or a new connection, and the next one is sent.",
  "message-repeated":
    "A stored message is sent again, or to another phone: its phone has not answered, not taken it, or left.",
  "message-unanswered": "The phone did not answer a stored message; it waits for another phone or a new connection.",
  "settings-changed": "A user has changed the settings of its address.",
  "notify-answered": "The watcher has answered a NOTIFY.",
  "notify-repeated": "The watcher does not know the subscription, maybe not yet; the NOTIFY is sent once more.",
  "watcher-refused": "The watcher has refused a NOTIFY; its subscription has ended.",
  "watcher-early": "A change came before the response to the watcher's SUBSCRIBE; it is notified again after a moment.",
  "watcher-lost": "The watcher has no connection at the moment; timers look for it.",
  "watcher-back": "The watcher is on another connection and is notified there.",
  "watcher-gone": "The watcher has not come back; its subscription has ended.",
  "notify-undelivered":
    "A NOTIFY was too large for a message, or its connection too slow; the watcher gets the next state.",
  "report-held": "The state has changed too often in a short time; a timer reports the latest to the watchers.",
  "watchers-rejected": "The owner does not let these watchers see its state any more; their subscriptions have ended.",
  "subscription-forgotten": "The message belongs to a subscription that has ended.",
  "subscription-goes-on": "The time of the subscription is not over yet; its timer is set again.",
  "subscription-expired": "The subscription was not refreshed and has ended.",
  "look-failed": "The watchers were not notified of a change, because of an error; a timer tries again.",
  "push-given-up": "The decision about a failed push could not be stored; the timer of the call goes on without it.",
  "deliveries-given-up": "One failed delivery led to another too often; the timer of the call tries what is left.",
  "look-given-up": "The watchers were not notified of a change, and no timer was set; a later look finds the change.",
  "resource-unchanged": "The state that the watchers know is still right.",
  "resource-unwatched": "The address has no watcher any more.",
  "member-left":
    "The address does not report to the list any more: it was taken off, or the list has lost its last watcher.",
  "http-asked": "The offer of the call goes to the HTTP endpoint.",
  "http-answered": "The HTTP endpoint has answered the offer.",
  "http-not-wanted": "The call was answered elsewhere, cancelled or ended before the HTTP endpoint was needed.",
  "http-cancelled": "The call to the HTTP endpoint is cancelled.",
  "http-acknowledged": "The answer of the HTTP endpoint has reached the caller.",
  "http-answer-repeated": "The answer of the HTTP endpoint is sent again: its ACK has not come.",
  "http-not-acknowledged": "The caller has not acknowledged the answer of the HTTP endpoint; the call is ended.",
  "http-offer-answered": "A further offer is answered by this server; the HTTP endpoint takes none.",
  "http-ice-restart": "The caller's new ICE credentials go to the HTTP endpoint.",
  "http-ice-restarted": "The HTTP endpoint has restarted ICE.",
  "http-session-ends": "The session at the HTTP endpoint is being ended.",
  "http-session-over": "The session at the HTTP endpoint is over.",
  "http-session-unknown": "The session at the HTTP endpoint is no longer stored.",
  "http-end-failed": "The HTTP endpoint did not confirm the end of the session; a timer repeats it.",
  "http-end-repeated": "The HTTP endpoint gets the end of the session once more.",
  "http-session-left":
    "The HTTP endpoint never confirmed the end of the session, and the end is not repeated: a newer call has begun, or its time is over.",
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

function isRefusalCode(code: ReasonCode): code is RefusalCode {
  return Object.hasOwn(refusals, code);
}
