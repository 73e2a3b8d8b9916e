// RFC 7118 §4.2, §5: SIP messages as they go over a WebSocket.
import { type Check, claim, claimEqual, skip } from "../check.ts";
import { firstOf } from "../lab/either.ts";
import { viasOf } from "../sip/address.ts";
import { readMessage } from "../sip/message.ts";
import { random } from "../sip/write.ts";

export const webSocketMessageChecks: readonly Check[] = [
  {
    id: "websocket-one-message",
    section: "RFC 7118 §5",
    level: "MUST",
    title: "every frame of the server holds one SIP message and nothing behind it",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const asked = [1, 2, 3, 4].map(() => alice.request("OPTIONS", `sip:${lab.domain}`));
      for (const transaction of asked) await transaction.final();
      for (const { text } of alice.connection.frames) {
        const message = readMessage(text);
        claim(message !== undefined, `a frame is no SIP message: ${JSON.stringify(text.slice(0, 80))}`);
        const length = message.fields.find(({ name }) => name === "content-length")?.value;
        if (length !== undefined) claimEqual(Buffer.byteLength(message.body), Number(length), "octets after the head");
        claim(!/\r\nSIP\/2\.0 \d{3}/.test(text), "a frame holds a second message");
      }
    },
  },
  {
    id: "websocket-no-length",
    section: "RFC 7118 §5",
    level: "MUST",
    title: "a message without Content-Length is taken, its body is all the rest",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const body = `no length ${random(20)}\r\nsecond line`;
      const lines = ["Content-Type: text/plain"];
      const message = alice.request("MESSAGE", bob.aor, { body, lines, hasLength: false });
      const received = await bob.incoming("MESSAGE", message.sent.callId);
      bob.answer(received, 200);
      await message.finalOf(200);
      claimEqual(received.body, body, "body");
    },
  },
  {
    id: "websocket-via",
    section: "RFC 7118 §5.1",
    level: "MUST",
    title: "the server's Via names the transport WS or WSS",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const message = alice.request("MESSAGE", bob.aor);
      const received = await bob.incoming("MESSAGE", message.sent.callId);
      bob.answer(received, 200);
      const protocol = viasOf(received)[0]?.protocol.toUpperCase() ?? "";
      claim(/^SIP\/2\.0\/WSS?$/.test(protocol), `the topmost Via says ${protocol}`);
    },
  },
  {
    id: "websocket-received",
    section: "RFC 3261 §18.2.1, RFC 7118 §5.3",
    level: "MUST",
    title: "a received parameter, where the server adds one, is an IP address",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const response = await alice.request("OPTIONS", `sip:${lab.domain}`).final();
      const received = viasOf(response)[0]?.parameters.get("received");
      if (received === undefined) skip("the server adds no received parameter, which RFC 7118 allows");
      claim(/^\[?[0-9a-f.:]{3,45}\]?$/i.test(received), `received is ${received}`);
    },
  },
  {
    id: "websocket-rport",
    section: "RFC 3581 §4",
    level: "MAY",
    title: "an rport parameter without value gets the source port",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const sent = alice.compose("OPTIONS", `sip:${lab.domain}`);
      const transaction = alice.follow({ ...sent, text: sent.text.replace(";branch=", ";rport;branch=") });
      const rport = viasOf(await transaction.final())[0]?.parameters.get("rport");
      claim(/^\d+$/.test(rport ?? ""), `rport is ${JSON.stringify(rport)}`);
    },
  },
  {
    id: "websocket-leading-crlf",
    section: "RFC 3261 §7.5",
    level: "SHOULD",
    title: "line ends before the start line are ignored",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const sent = alice.compose("OPTIONS", `sip:${lab.domain}`);
      const response = await alice.follow({ ...sent, text: `\r\n\r\n${sent.text}` }).final();
      claim(response.status !== 400, `refused with ${response.startLine}`);
    },
  },
  {
    id: "websocket-only-sip",
    section: "RFC 7118 §4.1",
    level: "MUST",
    title: "whatever comes in, nothing but SIP goes out",
    users: 0,
    async run(lab) {
      const nonsense = [
        "",
        "{}",
        '{"action":"sendmessage"}',
        "GET / HTTP/1.1\r\n\r\n",
        "INVITE",
        "\u0000",
        "x".repeat(5000),
      ];
      for (const text of nonsense) {
        const stranger = await lab.stranger();
        stranger.connection.send(text);
      }
      const last = await lab.stranger();
      for (const text of nonsense) last.connection.send(text);
      await lab.quiet();
      const frames = lab.trace.events.filter(({ direction }) => direction === "received").map(({ text }) => text);
      const alien = frames.find((text) => readMessage(text) === undefined && text.trim() !== "");
      claim(alien === undefined, `this is no SIP: ${JSON.stringify(alien?.slice(0, 200))}`);
    },
  },
  {
    id: "websocket-nonsense",
    section: "RFC 4475 §3",
    level: "MUST",
    title: "nonsense on one connection harms no other",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const stranger = await lab.stranger();
      for (const text of ["\r\n".repeat(40), "SIP/2.0\r\n\r\n", "A".repeat(20_000), `${":".repeat(2000)}\r\n\r\n`]) {
        stranger.connection.send(text);
      }
      await lab.stillAnswers(alice);
      await lab.quiet();
      await lab.stillAnswers(alice);
    },
  },
  {
    id: "websocket-own-connection",
    section: "RFC 3261 §18.2.2",
    level: "MUST",
    title: "a response goes to the connection its request came on, and to no other of the same user",
    users: 1,
    async run(lab) {
      const [first, second] = [await lab.online("alice"), await lab.online("alice")];
      const transaction = second.request("OPTIONS", `sip:${lab.domain}`);
      await transaction.final();
      await lab.quiet();
      const strays = first.inbox.all.filter(({ text }) => text.includes(transaction.sent.callId));
      claimEqual(strays.length, 0, "responses on the other connection");
    },
  },
  {
    id: "websocket-many-at-once",
    section: "RFC 7118 §5",
    level: "MUST",
    title: "requests sent in one go are all answered, each with its own answer",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const asked = Array.from({ length: 12 }, () => alice.request("OPTIONS", `sip:${lab.domain}`));
      for (const transaction of asked) await transaction.final();
    },
  },
  {
    id: "websocket-large",
    section: "RFC 3261 §21.5.7",
    level: "SHOULD",
    title: "a message of 200 KB is answered or its connection closed, and others are not harmed",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const stranger = await lab.stranger();
      const body = "x".repeat(200_000);
      const transaction = stranger.request("MESSAGE", `sip:${lab.domain}`, {
        body,
        lines: ["Content-Type: text/plain"],
      });
      await firstOf(
        "neither an answer came nor was the connection closed",
        lab.target.timeoutMs,
        () => transaction.hasFinal(),
        () => !stranger.connection.isOpen(),
      );
      await lab.stillAnswers(alice);
    },
  },
];
