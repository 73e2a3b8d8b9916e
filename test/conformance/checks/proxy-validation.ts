// RFC 3261 §16.3 to §16.5: what a proxy looks at before it forwards anything, and to whom it forwards.
import { type Check, claim, claimEqual } from "../check.ts";
import { answerOrArrival } from "../lab/either.ts";
import { claimNotReached, claimRefused } from "../lab/claims.ts";
import { establish } from "../lab/dialog.ts";
import { fork } from "../lab/fork.ts";
import { readUri, tagIn } from "../sip/address.ts";
import { hasField, listOf, valueOf, valuesOf } from "../sip/message.ts";
import { random } from "../sip/write.ts";

/** TEST-NET-2 (RFC 5737): an address that is nobody's. */
const NOWHERE = "198.51.100.77";

export const validationChecks: readonly Check[] = [
  {
    id: "proxy-max-forwards-zero",
    section: "RFC 3261 §16.3 step 3",
    level: "MUST",
    title: "a request with Max-Forwards 0 is 483 and goes no further",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor, { maxForwards: 0 });
      await claimRefused(invite, 483);
      const message = alice.request("MESSAGE", bob.aor, { maxForwards: 0 });
      await claimRefused(message, 483);
      await claimNotReached(lab, bob, "INVITE", invite.sent.callId);
      await claimNotReached(lab, bob, "MESSAGE", message.sent.callId);
    },
  },
  {
    id: "proxy-max-forwards-one",
    section: "RFC 3261 §16.3 step 3, §16.6 step 3",
    level: "MUST",
    title: "a request with Max-Forwards 1 is forwarded with 0",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const message = alice.request("MESSAGE", bob.aor, { maxForwards: 1 });
      const received = await bob.incoming("MESSAGE", message.sent.callId);
      bob.answer(received, 200);
      await message.finalOf(200);
      claimEqual(valueOf(received, "max-forwards"), "0", "Max-Forwards");
    },
  },
  {
    id: "proxy-options-zero",
    section: "RFC 3261 §16.3 step 3, §11",
    level: "MUST",
    title: "OPTIONS with Max-Forwards 0 is answered by the server, as itself or with 483",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const options = alice.request("OPTIONS", bob.aor, { maxForwards: 0 });
      await options.finalOf(483, 200);
      await claimNotReached(lab, bob, "OPTIONS", options.sent.callId);
    },
  },
  {
    id: "proxy-scheme",
    section: "RFC 3261 §16.3 step 2",
    level: "SHOULD",
    title: "a Request-URI of an unknown scheme is 416, whatever To says",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const message = alice.request("MESSAGE", "nobodyKnowsThisScheme:anything", { to: bob.aor });
      await claimRefused(message, 416);
      await claimNotReached(lab, bob, "MESSAGE", message.sent.callId);
    },
  },
  {
    id: "proxy-not-by-to",
    section: "RFC 3261 §16.5",
    level: "MUST",
    title: "the Request-URI says where a request goes, To says nothing",
    users: 3,
    async run(lab) {
      const [alice, bob, carol] = await Promise.all([lab.online("alice"), lab.online("bob"), lab.online("carol")]);
      const message = alice.request("MESSAGE", bob.aor, { to: carol.aor });
      bob.answer(await bob.incoming("MESSAGE", message.sent.callId), 200);
      await message.finalOf(200);
      await claimNotReached(lab, carol, "MESSAGE", message.sent.callId);
    },
  },
  {
    id: "proxy-require",
    section: "RFC 3261 §16.3 step 5",
    level: "MUST",
    title: "an unknown tag in Proxy-Require is 420 with that tag in Unsupported",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const invite = alice.request("INVITE", bob.aor, { lines: ["Proxy-Require: foo, nothing-anybody-knows"] });
      const response = await claimRefused(invite, 420);
      claimEqual(listOf(response, "unsupported").toSorted(), ["foo", "nothing-anybody-knows"], "Unsupported");
      await claimNotReached(lab, bob, "INVITE", invite.sent.callId);
    },
  },
  {
    id: "proxy-unknown-method",
    section: "RFC 3261 §16.3",
    level: "MUST",
    title: "a method the proxy does not know is forwarded as any other",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const request = alice.request("Wobble+~", bob.aor, { body: "x", lines: ["Content-Type: text/x-wobble"] });
      const received = await bob.incoming("Wobble+~", request.sent.callId);
      claimEqual(received.body, "x", "body");
      bob.answer(received, 299);
      await request.finalOf(299);
    },
  },
  {
    id: "proxy-odd-headers",
    section: "RFC 3261 §16.3 step 1",
    level: "SHOULD",
    title: "headers the proxy has no use for may be unknown or malformed: the request is forwarded with them",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const lines = [
        "Date: Fri, 01 Jan 2010 16:00:00 EST",
        'X-Unknown: ;;,,"',
        "Subject:",
        "Warning: nonsense",
        "Alert-Info: <<<>",
      ];
      const message = alice.request("MESSAGE", bob.aor, { lines });
      const received = await bob.incoming("MESSAGE", message.sent.callId);
      bob.answer(received, 200);
      await message.finalOf(200);
      for (const line of lines) {
        const [name = "", value = ""] = line.split(/: ?(.*)/);
        claimEqual(valuesOf(received, name.toLowerCase()), [value], name);
      }
    },
  },
  {
    id: "proxy-uri-headers",
    section: "RFC 3261 §19.1.1",
    level: "MUST",
    title: "headers in a Request-URI never become headers of the request",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const message = alice.request("MESSAGE", `${bob.aor}?Subject=smuggled&Route=%3Csip:${NOWHERE}%3E`, {
        to: bob.aor,
      });
      const first = await answerOrArrival(message, lab.target.timeoutMs, bob);
      if (first.kind === "response") return claim(first.status >= 400, `answered ${first.startLine}`);
      bob.answer(first.request, 200);
      const isSmuggled = hasField(first.request, "subject") || hasField(first.request, "route");
      claim(!isSmuggled, "the URI's headers are in the request");
    },
  },
  {
    id: "proxy-loop",
    section: "RFC 3261 §16.3 step 4, RFC 5393 §4.2",
    level: "MUST",
    title: "a request that a proxy forked and that comes back unchanged is 482",
    async run(lab) {
      const { alice, invite, first, second, legs } = await fork(lab);
      for (const leg of legs) leg.answer(180);
      await invite.response(180);
      const branch = `${invite.sent.branch}l`;
      const seen = valuesOf(first.received, "via").map((via) => `Via: ${via}`);
      const vias = [`Via: SIP/2.0/WS ${alice.host};branch=${branch}`, ...seen].join("\r\n");
      const looped = alice.follow({ ...invite.sent, branch, text: invite.sent.text.replace(/^Via:.*$/m, vias) });
      await claimRefused(looped, 482);
      for (const leg of [first, second]) leg.answer(486);
      await invite.finalOf(486);
    },
  },
  {
    id: "proxy-stranger",
    section: "RFC 3261 §16.3 step 6, §22.3",
    level: "SHOULD",
    title: "a call from somebody nobody knows is challenged or refused, and rings nowhere",
    async run(lab) {
      const bob = await lab.online("bob");
      const stranger = await lab.stranger();
      const invite = stranger.request("INVITE", bob.aor);
      await claimRefused(invite, 407, 401, 403);
      await claimNotReached(lab, bob, "INVITE", invite.sent.callId);
    },
  },
  {
    id: "proxy-pre-loaded-route",
    section: "RFC 3261 §16.4",
    level: "MUST",
    title: "a route to the server itself is taken off, and the request goes on",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const routes = [lab.features.serviceRoute ?? `<sip:${lab.domain};transport=ws;lr>`];
      const message = alice.request("MESSAGE", bob.aor, { routes });
      const received = await bob.incoming("MESSAGE", message.sent.callId);
      bob.answer(received, 200);
      await message.finalOf(200);
      claimEqual(listOf(received, "route"), [], "Route left over");
      claimEqual(received.uri, bob.contact, "Request-URI");
    },
  },
  {
    id: "proxy-route-kept",
    section: "RFC 3261 §16.6 step 6",
    level: "MUST",
    title: "what follows in the Route is not skipped: the request does not go straight to the phone",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const routes = [lab.features.serviceRoute ?? `<sip:${lab.domain};transport=ws;lr>`, `<sip:${NOWHERE};lr>`];
      const message = alice.request("MESSAGE", bob.aor, { routes });
      await claimNotReached(lab, bob, "MESSAGE", message.sent.callId);
    },
  },
  {
    id: "proxy-foreign-route",
    section: "RFC 3261 §16.6 step 6",
    level: "SHOULD",
    title: "a route through somebody else is refused, not followed into the dark, and the phone is not rung past it",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const message = alice.request("MESSAGE", bob.aor, { routes: [`<sip:${NOWHERE};lr>`] });
      const response = await message.final();
      claim(response.status >= 400, `answered ${response.startLine}`);
      await claimNotReached(lab, bob, "MESSAGE", message.sent.callId);
    },
  },
  {
    id: "proxy-strict-router",
    section: "RFC 3261 §16.4",
    level: "MUST",
    title:
      "from a strict router the Record-Route entry comes as Request-URI and the target as last Route: both are put right",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const { caller, invite } = await establish(alice, bob);
      const [own = "", ...others] = caller.routes;
      const uri = /<([^>]*)>/.exec(own)?.[1] ?? own;
      const bye = alice.request("BYE", uri, {
        callId: caller.callId,
        fromTag: caller.localTag,
        to: caller.remote,
        toTag: caller.remoteTag,
        routes: [...others, `<${caller.target}>`],
      });
      const received = await bob.incoming("BYE", invite.sent.callId);
      bob.answer(received, 200);
      await bye.finalOf(200);
      claimEqual(received.uri, bob.contact, "Request-URI");
      claimEqual(listOf(received, "route"), [], "Route left over");
    },
  },
  {
    id: "proxy-nobody",
    section: "RFC 3261 §16.5, §21.4.5",
    level: "SHOULD",
    title: "a call to somebody who does not exist is 404, with a To tag",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const response = await claimRefused(alice.request("INVITE", `sip:nobody-${random(5)}@${lab.domain}`), 404);
      claim(tagIn(response, "to") !== "", "no To tag");
    },
  },
  {
    id: "proxy-no-phone",
    section: "RFC 3261 §16.5",
    level: "SHOULD",
    title: "a call to somebody without a phone is 480",
    async run(lab) {
      const alice = await lab.online("alice");
      await claimRefused(alice.request("INVITE", lab.aorOf("bob")), 480);
    },
  },
  {
    id: "proxy-no-targets",
    section: "RFC 3261 §16.5",
    level: "MUST",
    title: "a request for which there is no target gets an error answer, whatever its method",
    async run(lab) {
      const alice = await lab.online("alice");
      for (const method of ["INVITE", "MESSAGE", "OPTIONS", "SUBSCRIBE", "WOBBLE"]) {
        await claimRefused(alice.request(method, lab.aorOf("bob")));
      }
    },
  },
  {
    id: "proxy-foreign-domain",
    section: "RFC 3261 §16.5",
    level: "SHOULD",
    title: "a request for a domain that nobody has is answered with an error, not swallowed",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      await claimRefused(alice.request("MESSAGE", "sip:somebody@nobody-has-this-domain.invalid"));
      await claimRefused(alice.request("INVITE", "sip:somebody@nobody-has-this-domain.invalid"));
    },
  },
  {
    id: "proxy-foreign-port",
    section: "RFC 3261 §16.5",
    level: "SHOULD",
    title: "a phone's contact is no way round the server: a request for a host of .invalid is refused",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const message = alice.request("MESSAGE", bob.contact, { to: bob.aor });
      await claimRefused(message);
    },
  },
  {
    id: "proxy-escaped-user",
    section: "RFC 3261 §19.1.4, §16.5",
    level: "MUST",
    title: "escapes in the user part and capitals in the domain name the same person",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const { user } = readUri(bob.aor);
      const uri = `sip:%${user.charCodeAt(0).toString(16)}${user.slice(1)}@${lab.domain.toUpperCase()}`;
      const message = alice.request("MESSAGE", uri);
      bob.answer(await bob.incoming("MESSAGE", message.sent.callId), 200);
      await message.finalOf(200);
    },
  },
  {
    id: "proxy-uri-parameters",
    section: "RFC 3261 §16.5, §19.1.1",
    level: "SHOULD",
    title: "unknown parameters of a Request-URI do not change whom it means",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const message = alice.request("MESSAGE", `${bob.aor};user=ip;unknown=1`);
      bob.answer(await bob.incoming("MESSAGE", message.sent.callId), 200);
      await message.finalOf(200);
    },
  },
  {
    id: "proxy-to-oneself",
    section: "RFC 3261 §16.5",
    level: "MUST",
    title: "a message to oneself arrives, on this phone or on another",
    users: 1,
    async run(lab) {
      const [first, second] = [await lab.online("alice"), await lab.online("alice")];
      const message = first.request("MESSAGE", first.aor);
      const reached = await answerOrArrival(message, lab.target.timeoutMs, first, second);
      claim(reached.kind === "request", "it was answered without having arrived");
      await lab.quiet();
      for (const phone of [first, second]) {
        for (const request of phone.received("MESSAGE")) phone.answer(request, 200);
      }
      await message.finalOf(200);
    },
  },
];
