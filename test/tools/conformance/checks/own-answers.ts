// RFC 3261 §8.2, §11: answers of the server's own.
import { type Check, claim, claimEqual, skip } from "../check.ts";
import { called } from "../lab/call.ts";
import { claimRefused, claimRepeats } from "../lab/claims.ts";
import { answerOrArrival } from "../lab/either.ts";
import { contactsOf, tagIn, viasOf } from "../sip/address.ts";
import { hasField, listOf, valueOf, valuesOf } from "../sip/message.ts";
import { random } from "../sip/write.ts";

export const ownAnswerChecks: readonly Check[] = [
  {
    id: "uas-copies",
    section: "RFC 3261 §8.2.6.2",
    level: "MUST",
    title: "an answer repeats Via, From, Call-ID and CSeq of its request",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const transaction = alice.request("OPTIONS", `sip:${lab.domain}`);
      claimRepeats(await transaction.final(), transaction.sent);
    },
  },
  {
    id: "uas-copies-all-vias",
    section: "RFC 3261 §8.2.6.2",
    level: "MUST",
    title: "an answer repeats every Via element in order",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const vias = [1, 2, 3].map((n) => `SIP/2.0/TCP hop${n}.example.net:506${n};branch=z9hG4bK${random()};n=${n}`);
      const transaction = alice.request("OPTIONS", `sip:${lab.domain}`, { vias });
      const response = await transaction.final();
      claimEqual(
        viasOf(response).map(({ sentBy }) => sentBy),
        [alice.host, "hop1.example.net:5061", "hop2.example.net:5062", "hop3.example.net:5063"],
        "Via elements of the answer",
      );
    },
  },
  {
    id: "uas-copies-from",
    section: "RFC 3261 §8.2.6.2",
    level: "MUST",
    title: "From and To are repeated with their display names and parameters",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const sent = alice.compose("OPTIONS", `sip:${lab.domain}`);
      const text = sent.text
        .replace(/^From: .*$/m, `From: "Ålice \\"A\\"" <${alice.aor}>;x=y;tag=${sent.fromTag}`)
        .replace(/^To: .*$/m, `To: The Server <sip:${lab.domain}>;z`);
      const response = await alice.follow({ ...sent, text }).final();
      claimEqual(valueOf(response, "from"), `"Ålice \\"A\\"" <${alice.aor}>;x=y;tag=${sent.fromTag}`, "From");
      claim(valueOf(response, "to").startsWith(`The Server <sip:${lab.domain}>;z`), `To is ${valueOf(response, "to")}`);
    },
  },
  {
    id: "uas-to-tag",
    section: "RFC 3261 §8.2.6.2",
    level: "MUST",
    title: "a final answer of the server has a To tag, a refusal too",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const nobody = `sip:nobody-${random(4)}@${lab.domain}`;
      for (const [method, uri] of [
        ["OPTIONS", `sip:${lab.domain}`],
        ["MESSAGE", nobody],
        ["INVITE", nobody],
      ] as const) {
        const response = await alice.request(method, uri).final();
        claim(tagIn(response, "to") !== "", `${response.startLine} to ${method} has no To tag`);
      }
    },
  },
  {
    id: "uas-keeps-to-tag",
    section: "RFC 3261 §8.2.6.2",
    level: "MUST",
    title: "a To tag that is there already is left as it is",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const toTag = random();
      const transaction = alice.request("BYE", `sip:nobody-${random(4)}@${lab.domain}`, { toTag });
      claimEqual(tagIn(await transaction.final(), "to"), toTag, "To tag");
    },
  },
  {
    id: "uas-timestamp",
    section: "RFC 3261 §8.2.6.1",
    level: "MUST",
    title: "a Timestamp is repeated in the 100",
    async run(lab) {
      const { bob, invite, received } = await called(lab, { lines: ["Timestamp: 54.21"] });
      const trying = await invite.response(100);
      bob.answer(received, 486);
      await invite.final();
      claim(/^54\.21(?:\s|$)/.test(valueOf(trying, "timestamp")), `Timestamp is ${valueOf(trying, "timestamp")}`);
    },
  },
  {
    id: "uas-require",
    section: "RFC 3261 §8.2.2.3, §10.3 step 2",
    level: "MUST",
    title: "a REGISTER that requires an unknown extension is 420 with that tag in Unsupported",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const response = await alice.register({ callId: random(8), lines: ["Require: nothing-anybody-knows"] });
      claimEqual(response.status, 420, "status");
      claimEqual(listOf(response, "unsupported"), ["nothing-anybody-knows"], "Unsupported");
    },
  },
  {
    id: "uas-require-known",
    section: "RFC 3261 §8.2.2.3",
    level: "MUST",
    title: "Unsupported names only the tags that are not understood",
    users: 1,
    needs: ["outbound"],
    async run(lab) {
      const alice = await lab.online("alice");
      const response = await alice.register({ callId: random(8), lines: ["Require: outbound, foo, bar"] });
      claimEqual(response.status, 420, "status");
      claimEqual(listOf(response, "unsupported").toSorted(), ["bar", "foo"], "Unsupported");
    },
  },
  {
    id: "uas-require-not-for-proxies",
    section: "RFC 3261 §16.3 step 5, §20.32",
    level: "MUST",
    title: "Require is for the phone: an INVITE with an unknown tag in it is forwarded with it",
    async run(lab) {
      const { bob, invite, received } = await called(lab, { lines: ["Require: nothing-anybody-knows"] });
      bob.answer(received, 420, { lines: ["Unsupported: nothing-anybody-knows"] });
      claimEqual(listOf(received, "require"), ["nothing-anybody-knows"], "Require as the phone saw it");
      await invite.finalOf(420);
    },
  },
  {
    id: "uas-405-allow",
    section: "RFC 3261 §8.2.1, §21.4.6",
    level: "MUST",
    title: "an unknown method to the server itself is refused, and a 405 lists the methods that are allowed",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const response = await claimRefused(alice.request("WOBBLE", `sip:${lab.domain}`));
      claim(response.status !== 405 || hasField(response, "allow"), "405 without Allow");
      claim(response.status !== 400, "400, though nothing is wrong with its syntax");
    },
  },
  {
    id: "uas-options",
    section: "RFC 3261 §11.2",
    level: "SHOULD",
    title: "OPTIONS to the server itself is answered 200 with Accept and Supported",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const response = await alice.request("OPTIONS", `sip:${lab.domain}`).finalOf(200);
      for (const name of ["accept", "supported"]) claim(hasField(response, name), `no ${name}`);
    },
  },
  {
    id: "uas-merged",
    section: "RFC 3261 §8.2.2.2",
    level: "SHOULD",
    title: "the same request by another way is 482, or reaches the phone as a transaction of its own",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const first = alice.request("INVITE", bob.aor);
      const received = await bob.incoming("INVITE", first.sent.callId);
      bob.answer(received, 180);
      await first.response(180);
      const branch = `${first.sent.branch}m`;
      const second = alice.follow({ ...first.sent, branch, text: first.sent.text.replace(first.sent.branch, branch) });
      const next = await answerOrArrival(second, lab.target.timeoutMs, bob);
      if (next.kind === "request") bob.answer(next.request, 482);
      const { status } = next.kind === "response" ? next : await second.final();
      claimEqual(status, 482, "status of the second");
      bob.answer(received, 200);
      const ok = await first.finalOf(200);
      claim(contactsOf(ok).length === 1, "the first INVITE got the phone's answer");
    },
  },
  {
    id: "uas-ack-unanswered",
    section: "RFC 3261 §17",
    level: "MUST",
    title: "an ACK is never answered, whatever is wrong with it",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const before = alice.connection.frames.length;
      for (const uri of [`sip:nobody@${lab.domain}`, `sip:${lab.domain}`, "sip:elsewhere.invalid", "unknown:scheme"]) {
        alice.write("ACK", uri);
        alice.write("ACK", uri, { maxForwards: 0, lines: ["Proxy-Require: nothing-anybody-knows"] });
      }
      await lab.quiet();
      claimEqual(alice.connection.frames.length - before, 0, "frames that came back");
    },
  },
  {
    id: "uas-response-unanswered",
    section: "RFC 3261 §16.7, §18.1.2",
    level: "MUST",
    title: "a response that belongs to nothing is dropped, and the connection stays",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const before = alice.connection.frames.length;
      const from = `From: <${alice.aor}>;tag=a\r\nTo: <sip:x@${lab.domain}>;tag=b`;
      const rest = `${from}\r\nCall-ID: ${random()}\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n`;
      const via = `Via: SIP/2.0/WS ${alice.host};branch=z9hG4bK${random()}\r\n`;
      for (const status of [100, 180, 200, 486]) {
        alice.connection.send(`SIP/2.0 ${status} Stray\r\n${via}${rest}`);
        alice.connection.send(`SIP/2.0 ${status} Stray\r\n${rest}`);
      }
      await lab.quiet();
      claimEqual(alice.connection.frames.length - before, 0, "frames that came back");
      await lab.stillAnswers(alice);
    },
  },
  {
    id: "uas-allow-omitted",
    section: "RFC 3261 §11.2",
    level: "SHOULD",
    title: "a proxy's own answer to OPTIONS has no Allow, as a proxy takes any method",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const response = await alice.request("OPTIONS", `sip:${lab.domain}`).final();
      if (response.status !== 200) skip("OPTIONS is not answered 200");
      claimEqual(valuesOf(response, "allow"), [], "Allow");
    },
  },
  {
    id: "uas-uri-parameters",
    section: "RFC 3261 §19.1.4",
    level: "MUST",
    title: "the domain of a URI is read in any case",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const usual = await alice.request("OPTIONS", `sip:${lab.domain}`).final();
      const capitals = await alice.request("OPTIONS", `sip:${lab.domain.toUpperCase()}`).final();
      claimEqual(capitals.status, usual.status, "status for the domain in capitals");
    },
  },
];
