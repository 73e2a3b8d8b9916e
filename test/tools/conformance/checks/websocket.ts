// RFC 7118 and RFC 6455: the connection, and the frames on it.
import { type Check, claim, claimEqual } from "../check.ts";
import { firstOf } from "../lab/either.ts";

export const webSocketChecks: readonly Check[] = [
  {
    id: "websocket-sip",
    section: "RFC 7118 §4.1",
    level: "MUST",
    title: "a client that offers the subprotocol sip gets it",
    users: 0,
    async run(lab) {
      const result = await lab.handshake();
      claim(result.ok, result.ok ? "" : `the handshake failed: ${result.reason}`);
      claimEqual(result.connection.protocol, "sip", "Sec-WebSocket-Protocol of the answer");
    },
  },
  {
    id: "websocket-sip-among-others",
    section: "RFC 7118 §4.1",
    level: "MUST",
    title: "of several subprotocols offered, sip is chosen",
    users: 0,
    async run(lab) {
      const result = await lab.handshake({ protocols: ["xmpp", "sip", "mqtt"] });
      claim(result.ok, result.ok ? "" : `the handshake failed: ${result.reason}`);
      claimEqual(result.connection.protocol, "sip", "Sec-WebSocket-Protocol of the answer");
    },
  },
  {
    id: "websocket-no-other",
    section: "RFC 7118 §4.1",
    level: "SHOULD",
    title: "a client that does not offer sip gets no connection to speak SIP on",
    users: 0,
    async run(lab) {
      const none = await lab.handshake({ protocols: [] });
      claim(!none.ok, "a connection without a subprotocol was accepted");
      const other = await lab.handshake({ protocols: ["xmpp"] });
      claim(!other.ok, "a connection with the subprotocol xmpp was accepted");
    },
  },
  {
    id: "websocket-text",
    section: "RFC 7118 §4.2",
    level: "SHOULD",
    title: "UTF-8 messages come in text frames",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      claim(alice.connection.frames.length > 0, "no frame came");
      claim(!alice.connection.frames.some(({ isBinary }) => isBinary), "a binary frame came");
    },
  },
  {
    id: "websocket-binary",
    section: "RFC 7118 §4.2",
    level: "MUST",
    title: "a message in a binary frame is accepted",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const sent = alice.compose("OPTIONS", `sip:${lab.domain}`);
      const transaction = alice.watch(sent);
      alice.connection.send(Buffer.from(sent.text));
      await firstOf(
        "no answer came",
        lab.target.timeoutMs,
        () => transaction.hasFinal(),
        () => !alice.connection.isOpen(),
      );
      claim(alice.connection.isOpen(), "the connection was closed");
    },
  },
  {
    id: "websocket-fragments",
    section: "RFC 6455 §5.4",
    level: "MUST",
    title: "a message in several WebSocket frames is one message",
    async run(lab) {
      const { alice, bob } = await lab.pair();
      const body = "x".repeat(300);
      const sent = alice.compose("MESSAGE", bob.aor, { body, lines: ["Content-Type: text/plain"] });
      const { text } = sent;
      const message = alice.watch(sent);
      alice.connection.sendInPieces([text.slice(0, 40), text.slice(40, 200), text.slice(200)]);
      const received = await bob.incoming("MESSAGE", sent.callId);
      bob.answer(received, 200);
      await message.finalOf(200);
      claimEqual(received.body, body, "body");
    },
  },
  {
    id: "websocket-pong",
    section: "RFC 6455 §5.5.2",
    level: "MUST",
    title: "a ping frame gets its pong",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      alice.connection.ping();
      await firstOf("no pong came", lab.target.timeoutMs, () => alice.connection.pongs() > 0);
    },
  },
  {
    id: "websocket-close",
    section: "RFC 6455 §5.5.1",
    level: "MUST",
    title: "a close frame is answered with one",
    users: 0,
    async run(lab) {
      const result = await lab.handshake();
      claim(result.ok, result.ok ? "" : `the handshake failed: ${result.reason}`);
      const { connection } = result;
      const closed = connection.close();
      await firstOf("no close frame came", lab.target.timeoutMs, () => connection.isClosed());
      claimEqual(await closed, 1000, "close code");
    },
  },
  {
    id: "websocket-keep-alive",
    section: "RFC 5626 §5.4, RFC 7118 §6",
    level: "MUST",
    title: "a double CRLF is answered with a single one",
    users: 1,
    needs: ["outbound"],
    async run(lab) {
      const alice = await lab.online("alice");
      const before = alice.connection.frames.length;
      alice.connection.send("\r\n\r\n");
      const deadline = performance.now() + lab.target.timeoutMs;
      while (alice.connection.frames.length === before && performance.now() < deadline) await lab.wait(10);
      claimEqual(alice.connection.frames[before]?.text, "\r\n", "the answer");
      await lab.stillAnswers(alice);
    },
  },
  {
    id: "websocket-single-crlf",
    section: "RFC 5626 §3.5.1",
    level: "SHOULD",
    title: "a single CRLF, which is a pong, is not answered and harms nothing",
    users: 1,
    async run(lab) {
      const alice = await lab.online("alice");
      const before = alice.connection.frames.length;
      alice.connection.send("\r\n");
      await lab.quiet();
      claimEqual(alice.connection.frames.length - before, 0, "frames that came back");
      await lab.stillAnswers(alice);
    },
  },
];
