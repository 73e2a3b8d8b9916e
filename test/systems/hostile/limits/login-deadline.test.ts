import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { loginDeadline } from "../../../../lib/aws/sqs/login-deadline.ts";
import { MalformedTimerError } from "../../../../lib/errors.ts";
import { parseTimer } from "../../../../lib/aws/sqs/timers.ts";
import { aService, DOMAIN, type Service } from "../../e2e/service.ts";
import { closeClouds } from "../../../parts/local/cloud.ts";
import { createNetwork } from "../../../support/phone/network.ts";
import type { SocketPhone } from "../../../support/phone/socket.ts";
import { assemblyWith } from "./assembly.ts";
import { listen } from "../../../support/listen.ts";

// A connection that does not log in is closed by DELETE @connections, whatever it sends meanwhile.

afterAll(closeClouds);

describe("on the deployed bundles", () => {
  let service: Service;
  beforeAll(async () => {
    service = await aService();
  });

  /** Lets the login deadline pass, for all connections that are open now. */
  async function pass(seconds = 31): Promise<void> {
    await service.cloud.settled();
    service.cloud.queues.advance(seconds);
    await service.cloud.settled();
  }

  const isOpen = ({ socket }: SocketPhone) => socket.readyState === socket.OPEN;

  // First, so that no timer of a call is counted.
  test("costs a connection one message to SQS, one Lambda and one read, and no write", async () => {
    await pass(60);
    service.cloud.meter.reset();
    const mallory = await service.connect("mallory");
    const closed = once(mallory.socket, "close");
    await service.cloud.settled();
    expect(billed()).toEqual({ "lambda Invoke": 1, "sqs SendMessage": 1 }); // $connect
    service.cloud.meter.reset();
    service.cloud.queues.advance(31);
    await closed;
    await service.cloud.settled();
    expect(billed()).toMatchObject({ "dynamodb BatchGetItem": 2, "execute-api DELETE": 1 }); // those of the timer and of $disconnect
    expect(service.cloud.meter.calls.filter(({ action }) => /Put|Delete.*Item|Update/.test(action))).toEqual([]);
  });

  test("a silent connection is closed", async () => {
    const silent = await service.connect("mallory");
    const closed = once(silent.socket, "close");
    await pass();
    expect((await closed)[0]).toBe(1000);
  });

  test("a connection that sends requests all the time and does not log in is closed, too", async () => {
    const talker = await service.connect("mallory");
    const closed = once(talker.socket, "close");
    await talker.send("\r\n\r\n");
    expect((await talker.ask("OPTIONS", `sip:${DOMAIN}`)).status).toBe(200);
    await talker.request("INVITE", `sip:bob@${DOMAIN}`);
    await talker.takeResponse(407, "INVITE");
    await pass();
    await closed;
  });

  test("one that failed a login is kept: if it were closed, a page with an old password would connect and fail again", async () => {
    const guesser = await service.connect("alice");
    const sent = await guesser.request("REGISTER", `sip:${DOMAIN}`, { to: guesser.aor });
    const lines = [guesser.credentials(await guesser.takeResponse(401, "REGISTER"), sent, "wrong")];
    await guesser.request("REGISTER", `sip:${DOMAIN}`, { to: guesser.aor, lines });
    await guesser.takeResponse(401, "REGISTER");
    await pass();
    expect(isOpen(guesser)).toBe(true);
    await guesser.close();
  });

  test("but not before the deadline", async () => {
    const late = await service.connect("alice");
    await pass(20);
    expect(isOpen(late)).toBe(true);
    await late.online();
    await pass(20);
    expect(isOpen(late)).toBe(true);
    await late.close();
  });

  test("one that has registered stays", async () => {
    const alice = await service.online("alice");
    await pass(60);
    expect((await alice.register()).status).toBe(200);
    await alice.close();
  });

  test("one that has unregistered stays: it logged in", async () => {
    const alice = await service.online("alice");
    expect((await alice.register(0)).status).toBe(200);
    await pass();
    expect(isOpen(alice)).toBe(true);
    await alice.close();
  });

  test.each([
    ["to a registered user", "bob"],
    ["to nobody", "nobody"],
  ])("one that logged in by a call %s stays, without a REGISTER", async (_whom, user) => {
    const bob = await service.online("bob");
    const caller = await service.connect("alice");
    const sent = await caller.request("INVITE", `sip:${user}@${DOMAIN}`);
    const lines = [caller.credentials(await caller.takeResponse(407, "INVITE"), sent)];
    await caller.request("INVITE", `sip:${user}@${DOMAIN}`, { lines });
    if (user === "bob") await bob.takeRequest("INVITE");
    else await caller.takeResponse(404, "INVITE");
    await pass();
    expect(isOpen(caller)).toBe(true);
    await Promise.all([caller.close(), bob.close()]);
  });

  function billed(): Record<string, number> {
    const calls: Record<string, number> = {};
    for (const { service: api, action } of service.cloud.meter.calls) {
      const isTheQueues = api === "sqs" && action !== "SendMessage";
      if (api !== "apigateway" && !isTheQueues) calls[`${api} ${action}`] = (calls[`${api} ${action}`] ?? 0) + 1;
    }
    return calls;
  }
});

describe("the message to SQS:", () => {
  test("where it fails a phone is admitted nevertheless, and the error is logged", async () => {
    const assembly = assemblyWith({}, (variables) => {
      if ("LOGIN_SECONDS" in variables) variables["TIMER_QUEUE_URL"] = "https://sqs.example/no-such-queue";
    });
    const service = await aService({ assembly });
    const alice = await service.online("alice");
    expect((await alice.register()).status).toBe(200);
    await service.cloud.settled();
    expect(JSON.stringify(service.cloud.logs)).toMatch(/login deadline not set.*SQS answered 400/);
  });

  const environment = {
    LOGIN_SECONDS: "30",
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "key",
    AWS_SECRET_ACCESS_KEY: "secret",
  };
  let queue: Server | undefined;
  const logged = jest.spyOn(process.stdout, "write");
  afterEach(() => {
    queue?.closeAllConnections();
    queue?.close();
  });
  beforeEach(() => void logged.mockReset());
  afterAll(() => logged.mockRestore());

  test.each([
    ["no server listens", { ...environment, TIMER_QUEUE_URL: "http://127.0.0.1:9/queue" }],
    ["its address is malformed", { ...environment, TIMER_QUEUE_URL: "queue" }],
    ["there are no credentials", { ...environment, TIMER_QUEUE_URL: "http://127.0.0.1:9/", AWS_ACCESS_KEY_ID: "" }],
  ])("a deadline that cannot be set does not fail the connection: %s", async (_why, variables) => {
    await expect(loginDeadline(variables)("flow")).resolves.toBeUndefined();
    expect(logged).toHaveBeenCalledTimes(1);
  });

  test("a phone does not wait for an SQS that does not answer", async () => {
    queue = createServer(() => undefined);
    const set = loginDeadline({ ...environment, TIMER_QUEUE_URL: `${await listen(queue)}/queue` });
    await expect(set("flow")).resolves.toBeUndefined(); // jest's timeout is twenty times as long
    expect(logged).toHaveBeenCalledTimes(1);
  });

  test("the time is a setting; without it no message is sent: there the authorizer requires tokens", async () => {
    const delays: unknown[] = [];
    queue = createServer((request, response) => {
      void text(request).then((body) => {
        delays.push(JSON.parse(body).DelaySeconds);
        response.end("{}");
      });
    });
    const TIMER_QUEUE_URL = `${await listen(queue)}/queue`;
    await loginDeadline({ ...environment, TIMER_QUEUE_URL, LOGIN_SECONDS: "300" })("flow");
    const { LOGIN_SECONDS: _none, ...others } = environment;
    await loginDeadline({ ...others, TIMER_QUEUE_URL })("flow");
    expect(delays).toEqual([300]);
    expect(logged).not.toHaveBeenCalled();
  });
});

describe("the decision", () => {
  test("to close a flow is taken from its record, and an expired record does not count", async () => {
    const network = createNetwork();
    const alice = await network.online("alice", { flow: "a" });
    await network.signaling.timerDue({ kind: "login", flow: "a" });
    expect(network.state.rows.registrations.get(alice.aor)?.bindings).toHaveLength(1);
    await network.pass(7201);
    await network.signaling.timerDue({ kind: "login", flow: "a" });
    expect(network.state.rows.flows.get("a")?.closedAt).toBe(network.now());
    const reasons = network.notes
      .filter(({ event }) => event === "login deadline")
      .map(({ fields }) => fields["reason"]);
    expect(reasons).toEqual(["logged-in", "login-deadline"]);
  });

  test("needs no key: nothing is signed", async () => {
    const network = createNetwork({}, () => ({ keys: () => Promise.reject(new Error("no key")) }));
    await expect(network.signaling.timerDue({ kind: "login", flow: "unknown" })).resolves.toBeUndefined();
  });
});

describe("the message in the queue", () => {
  test("is read back unchanged", () => {
    expect(parseTimer('{"login":"abc="}')).toEqual({ kind: "login", flow: "abc=" });
    expect(parseTimer('{"context":"id","epoch":3}')).toEqual({ kind: "transaction", context: "id", epoch: 3 });
  });

  test.each(['{"login":""}', '{"login":7}', '{"login":"a","more":1}', '{"login":null}', "{}", "[]", "null", '"login"'])(
    "%s is not such a message",
    (body) => {
      expect(() => parseTimer(body)).toThrow(MalformedTimerError);
    },
  );
});
