// RFC 3261 §16.6: the request as the phone receives it, and the parts that must still be as it was.
import { type Check, claim, claimEqual, skip } from "../check.ts";
import { claimSameAddress } from "../lab/claims.ts";
import { fork } from "../lab/fork.ts";
import { pass } from "../lab/pass.ts";
import { branchOf, readUri, viasOf } from "../sip/address.ts";
import { callIdOf, listOf, readMessage, valueOf, valuesOf } from "../sip/message.ts";
import { random } from "../sip/write.ts";

export const forwardingChecks: readonly Check[] = [
  {
    id: "forward-uri",
    section: "RFC 3261 §16.6 step 2",
    level: "MUST",
    title: "the Request-URI the phone sees is its contact, parameters and all",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const contact = `sip:u%20v@${bob.host};transport=ws;odd=a%3Bb;flag`;
      await bob.register({ contacts: [`<${contact}>`], callId: random(8) });
      await bob.register({ expires: 0 });
      const message = alice.request("MESSAGE", bob.aor);
      const received = await bob.incoming("MESSAGE", message.sent.callId);
      bob.answer(received, 200);
      await message.finalOf(200);
      claimEqual(received.uri, contact, "Request-URI");
    },
  },
  {
    id: "forward-uri-headers",
    section: "RFC 3261 §16.6 step 2, §19.1.1",
    level: "MUST",
    title: "the header part of a contact is not put into the Request-URI",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const contact = `sip:h@${bob.host};transport=ws`;
      const { status } = await bob.register({ contacts: [`<${contact}?Subject=x>`], callId: random(8), lines: [] });
      if (status !== 200) skip("the registrar takes no contact with headers");
      await bob.register({ expires: 0 });
      const message = alice.request("MESSAGE", bob.aor);
      const received = await bob.incoming("MESSAGE", message.sent.callId);
      bob.answer(received, 200);
      claimEqual(received.uri, contact, "Request-URI");
    },
  },
  {
    id: "forward-max-forwards",
    section: "RFC 3261 §16.6 step 3",
    level: "MUST",
    title: "Max-Forwards is one less",
    async run(lab) {
      const { received } = await pass(lab, "INVITE", { maxForwards: 42 });
      claimEqual(valuesOf(received, "max-forwards"), ["41"], "Max-Forwards");
    },
  },
  {
    id: "forward-max-forwards-added",
    section: "RFC 3261 §16.6 step 3",
    level: "MUST",
    title: "a request without Max-Forwards gets one, 70 if the recommendation is followed",
    async run(lab) {
      const { received } = await pass(lab, "INVITE", { maxForwards: null });
      const [value = "", ...more] = valuesOf(received, "max-forwards");
      claim(
        /^\d+$/.test(value) && Number(value) <= 255 && more.length === 0,
        `Max-Forwards is ${JSON.stringify(value)}`,
      );
    },
  },
  {
    id: "forward-via",
    section: "RFC 3261 §16.6 step 8",
    level: "MUST",
    title: "the server's Via is on top, with a branch that begins with the magic cookie; the phone's own stays below",
    async run(lab) {
      const { alice, received, request } = await pass(lab, "INVITE");
      const [own, below, ...more] = viasOf(received);
      claim(own?.parameters.get("branch")?.startsWith("z9hG4bK") === true, "no magic cookie in the topmost branch");
      claimEqual(below?.sentBy, alice.host, "sent-by of the Via below");
      claimEqual(below?.parameters.get("branch"), request.sent.branch, "branch of the Via below");
      claimEqual(more.length, 0, "further Via elements");
    },
  },
  {
    id: "forward-vias-kept",
    section: "RFC 3261 §16.6 step 8",
    level: "MUST",
    title: "Via elements of earlier hops are kept, in order",
    async run(lab) {
      const vias = [1, 2].map((n) => `SIP/2.0/UDP hop${n}.example.net;branch=z9hG4bK${random()};keep=${n}`);
      const { received } = await pass(lab, "INVITE", { vias });
      claimEqual(listOf(received, "via").slice(2), vias, "Via elements of earlier hops");
    },
  },
  {
    id: "forward-branch-unique",
    section: "RFC 3261 §16.6 step 8",
    level: "MUST",
    title: "every phone and every request gets a branch of its own",
    async run(lab) {
      const { invite, first, second } = await fork(lab);
      for (const leg of [first, second]) leg.answer(486);
      await invite.final();
      claim(branchOf(first.received) !== branchOf(second.received), "both phones got the same branch");
    },
  },
  {
    id: "forward-identity",
    section: "RFC 3261 §16.6 step 1",
    level: "MUST",
    title: "From, To, Call-ID and CSeq are not touched",
    async run(lab) {
      const { received, request } = await pass(lab, "INVITE", { callId: `Odd.%-!*_+\`'~call@${random()}` });
      const sent = readMessage(request.sent.text);
      claim(sent !== undefined, "the suite cannot read what it wrote");
      claimSameAddress(received, sent, "from");
      claimSameAddress(received, sent, "to");
      claimEqual(callIdOf(received), request.sent.callId, "Call-ID");
      claimEqual(valueOf(received, "cseq"), `${request.sent.cseq} INVITE`, "CSeq");
    },
  },
  {
    id: "forward-headers",
    section: "RFC 3261 §16.6 step 1, §7.3.1",
    level: "MUST",
    title: "header fields the proxy has nothing to do with keep their values and, among those of one name, their order",
    async run(lab) {
      const lines = [
        'X-Unknown: one,  two ,"three, four"',
        "X-Other: Ünïcödé ✓ 漢字",
        'X-Unknown: five;p="<>";q',
        "Supported: replaces, timer, 100rel",
        "Replaces: 12345@h;to-tag=1;from-tag=2;early-only",
        "Alert-Info: <http://example.net/ring.wav>;info=alert-autoanswer",
        "User-Agent: conformance (odd; (nested) comment)",
        "X-Empty:",
        "X-UNKNOWN: six",
        `X-Long: ${"0123456789".repeat(150)}`,
      ];
      const { received, request } = await pass(lab, "INVITE", { lines });
      const sent = readMessage(request.sent.text);
      for (const name of new Set(lines.map((line) => line.split(":")[0]?.toLowerCase() ?? ""))) {
        claimEqual(valuesOf(received, name), sent === undefined ? [] : valuesOf(sent, name), name);
      }
    },
  },
  {
    id: "forward-header-bytes",
    section: "RFC 3261 §16.6 step 1",
    level: "SHOULD",
    title: "they keep their spelling, their white space and their order too",
    async run(lab) {
      const lines = [
        "x-odd-CASE:no space",
        "s: compact subject",
        "X-Spaces :   two  inner   spaces",
        "X-Tab:\ta\tb",
        "X-Last: 1",
      ];
      const { received } = await pass(lab, "MESSAGE", { lines });
      const there = received.text.split("\r\n").filter((line) => lines.includes(line));
      claimEqual(there, lines, "header lines as they stood");
    },
  },
  {
    id: "forward-header-folded",
    section: "RFC 3261 §7.3.1",
    level: "MUST",
    title: "a folded header field keeps its meaning",
    async run(lab) {
      const { received } = await pass(lab, "MESSAGE", { lines: ["X-Folded: one\r\n two\r\n\tthree"] });
      claimEqual(
        valuesOf(received, "x-folded").map((value) => value.replace(/\s+/g, " ")),
        ["one two three"],
        "X-Folded",
      );
    },
  },
  {
    id: "forward-record-route-kept",
    section: "RFC 3261 §16.6 step 4",
    level: "MUST",
    title: "Record-Route entries of earlier proxies stay below the server's own",
    async run(lab) {
      const lines = ["Record-Route: <sip:first.example.net;lr>, <sip:second.example.net;lr;x=y>"];
      const { received } = await pass(lab, "INVITE", { lines });
      const routes = listOf(received, "record-route");
      claimEqual(
        routes.slice(-2),
        ["<sip:first.example.net;lr>", "<sip:second.example.net;lr;x=y>"],
        "the earlier ones",
      );
      claim(routes.length > 2, "the server added none");
    },
  },
  {
    id: "forward-contact",
    section: "RFC 3261 §16.6 step 1",
    level: "MUST",
    title: "the caller's Contact is not touched",
    async run(lab) {
      const contact = `"A" <sip:${random()}@h.invalid;transport=ws;ob>;+sip.ice;expires=7`;
      const { received } = await pass(lab, "INVITE", { contact });
      claimEqual(valuesOf(received, "contact"), [contact], "Contact");
    },
  },
  {
    id: "forward-to-flow",
    section: "RFC 5626 §7, RFC 7118 §5",
    level: "MUST",
    title: "a request comes on the connection that registered the contact, and on no other of the user",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const idle = await lab.connect("bob");
      await idle.request("OPTIONS", `sip:${lab.domain}`).final();
      const message = alice.request("MESSAGE", bob.aor);
      bob.answer(await bob.incoming("MESSAGE", message.sent.callId), 200);
      await message.finalOf(200);
      await lab.quiet();
      claimEqual(idle.received("MESSAGE").length, 0, "messages on the connection that did not register");
    },
  },
  {
    id: "forward-anonymous",
    section: "RFC 3323 §4.1.1",
    level: "MAY",
    title: "a caller may hide behind an anonymous From",
    async run(lab) {
      const { received } = await pass(lab, "MESSAGE", {
        from: "sip:anonymous@anonymous.invalid",
        lines: ["Privacy: id"],
      });
      claimEqual(
        readUri(/<([^>]*)>/.exec(valueOf(received, "from"))?.[1] ?? "").host,
        "anonymous.invalid",
        "host of From",
      );
    },
  },
];
