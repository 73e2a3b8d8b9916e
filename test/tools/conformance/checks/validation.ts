// RFC 3261 §16.3: the checks of a proxy before it forwards a request.
import { type Check, claim, claimEqual } from "../check.ts";
import { claimNotReached, claimRefused, NOWHERE } from "../lab/claims.ts";
import { answerOrArrival } from "../lab/either.ts";
import { fork } from "../lab/fork.ts";
import { hasField, listOf, valueOf, valuesOf } from "../sip/message.ts";

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
    title: "a call from an unknown user is challenged or refused, and rings no phone",
    async run(lab) {
      const bob = await lab.online("bob");
      const stranger = await lab.stranger();
      const invite = stranger.request("INVITE", bob.aor);
      await claimRefused(invite, 407, 401, 403);
      await claimNotReached(lab, bob, "INVITE", invite.sent.callId);
    },
  },
];
