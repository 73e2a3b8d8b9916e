import { availableParallelism } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { LocalCloud, LocalCloudOptions } from "../../../lib/local/local-cloud.ts";
import { aCloudOf, closeClouds } from "./cloud.ts";
import type { FixtureFunction } from "./fixture-stack.ts";
import { aClient, type Client } from "./web-socket-client.ts";

afterAll(closeClouds);

/** Each environment has an `id`; it says how many events it handles at the moment and how many it ever did. */
const worker = `
  import { randomUUID } from "node:crypto";
  import { setTimeout as sleep } from "node:timers/promises";
  const id = randomUUID();
  const channel = new BroadcastChannel("environments");
  channel.unref();
  // Until another environment handles an event at the same time. Each answers the first message that it hears.
  const meeting = () => new Promise((resolve) => {
    channel.onmessage = () => {
      channel.onmessage = null;
      channel.postMessage(id);
      resolve();
    };
    channel.postMessage(id);
  });
  let now = 0, total = 0;
  export const handler = async ({ body }, context) => {
    now += 1;
    total += 1;
    const [verb, value] = body.split(" ");
    if (verb === "sleep") await sleep(Number(value));
    if (verb === "meet") await meeting();
    if (verb === "exit") process.exit(3);
    if (verb === "late") setTimeout(() => { throw new Error("too late to be caught"); });
    if (verb === "late") await sleep(1000);
    if (verb === "write") process.stdout.write(value + "\\n");
    if (verb === "print") { console.warn("first %s", value); console.error("second", { deep: [1] }); }
    const answer = { id, now, total, environment: process.env, context, left: context.getRemainingTimeInMillis() };
    now -= 1;
    return { statusCode: 200, body: JSON.stringify(answer) };
  };`;

interface Answer {
  readonly id: string;
  readonly now: number;
  readonly total: number;
  readonly left: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly context: Readonly<Record<string, string>>;
}

interface Worker {
  readonly cloud: LocalCloud;
  readonly client: Client;
  ask(...verbs: string[]): Promise<readonly Answer[]>;
}

async function aWorker(fn: Partial<FixtureFunction> = {}, options: Partial<LocalCloudOptions> = {}): Promise<Worker> {
  const cloud = await aCloudOf({ functions: { default: { code: worker, ...fn } } }, options);
  const client = await aClient(cloud.ws);
  const ask = (...verbs: string[]) => {
    for (const verb of verbs) client.send(verb);
    return Promise.all(verbs.map(async (): Promise<Answer> => JSON.parse(await client.next())));
  };
  return { cloud, client, ask };
}

/** For tests that ask for nothing of their own. */
let usual: Worker;
beforeAll(async () => {
  process.env["LEAK"] = "of the machine";
  usual = await aWorker({ environment: { OWN: "value" }, timeoutSeconds: 5 });
  delete process.env["LEAK"];
});

describe("an execution environment", () => {
  test("has the function's variables, Lambda's own, the role's key and this machine's endpoints, and nothing else", async () => {
    const { ask, cloud } = usual;
    const [answer] = await ask("hi");
    expect(answer?.environment).toMatchObject({
      OWN: "value",
      CALLBACK_URL: cloud.endpoints.apigatewaymanagementapi,
      AWS_REGION: "us-east-1",
      AWS_LAMBDA_FUNCTION_NAME: "Fixture-defaultFunction",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
      AWS_SECRET_ACCESS_KEY: expect.any(String),
      AWS_SESSION_TOKEN: expect.any(String),
      AWS_ENDPOINT_URL_DYNAMODB: cloud.endpoints.dynamodb,
      AWS_ENDPOINT_URL_SQS: cloud.endpoints.sqs,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: cloud.endpoints.secretsmanager,
      AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: cloud.endpoints.apigatewaymanagementapi,
    });
    expect(answer?.environment).not.toHaveProperty("LEAK");
  });

  test("handles one event at a time; several events run in several environments", async () => {
    const answers = await usual.ask("meet", "meet");
    expect(answers.map(({ now }) => now)).toEqual([1, 1]);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(2);
  });

  test("is reused", async () => {
    const [first] = await usual.ask("hi");
    const [second] = await usual.ask("hi");
    expect(second?.id).toBe(first?.id);
    expect(second?.total).toBe((first?.total ?? 0) + 1);
  });

  test("there are no more than the maximum: further events wait", async () => {
    const { ask } = await aWorker({}, { environments: { max: 2 } });
    const answers = await ask(...Array.from({ length: 8 }, () => "sleep 80"));
    expect(new Set(answers.map(({ id }) => id)).size).toBeLessThanOrEqual(2);
    expect(answers.map(({ now }) => now)).toEqual(Array.from({ length: 8 }, () => 1));
  });

  test("events that wait start environments side by side, one for each core, where none ends", async () => {
    const cores = Math.min(availableParallelism(), 4); // a cloud has 4 environments of a function at most
    // An environment is loaded once it has heard of the others that are loading.
    const code = `
      const [id, loading] = [Math.random(), new Set()];
      const channel = new BroadcastChannel("side by side");
      await new Promise((resolve) => {
        channel.onmessage = ({ data }) => {
          if (!loading.has(data)) channel.postMessage(id);
          loading.add(data);
          if (loading.size === ${cores - 1}) resolve();
        };
        channel.postMessage(id);
        if (${cores} === 1) resolve();
      });
      channel.unref();
      export const handler = async () => ({ statusCode: 200, body: "done" });`;
    const cloud = await aCloudOf({ functions: { default: { code } } }, { environments: { isWarm: false } });
    const client = await aClient(cloud.ws);
    for (let count = 0; count < cores; count += 1) client.send("x");
    for (let count = 0; count < cores; count += 1) expect(await client.next()).toBe("done");
  });

  test("a burst is handled by the environment that runs; another is there a second after an event had to wait", async () => {
    const { ask } = await aWorker({}, { environments: { stalledMs: 100_000 } });
    const burst = await ask(...Array.from({ length: 8 }, () => "sleep 50"));
    expect(new Set(burst.map(({ id }) => id)).size).toBe(1);
    await wait(1500);
    const later = await ask("sleep 200", "sleep 200");
    expect(new Set(later.map(({ id }) => id)).size).toBe(Math.min(availableParallelism(), 2));
  });

  test("beyond one for each core they start only while no event ends", async () => {
    const cores = availableParallelism();
    const { ask } = await aWorker({}, { environments: { max: cores + 2, stalledMs: 100_000 } });
    const answers = await ask(...Array.from({ length: 40 }, () => "sleep 20"));
    expect(new Set(answers.map(({ id }) => id)).size).toBeLessThanOrEqual(cores);
  });

  test("beyond one for each core they start when no event ends: handlers that wait for each other all run", async () => {
    const running = availableParallelism() + 1;
    // A handler answers once it has heard of all the others.
    const code = `
      const [id, heard] = [Math.random(), new Set()];
      const channel = new BroadcastChannel("beyond the cores");
      channel.unref();
      const all = Promise.withResolvers();
      let isRunning = false;
      channel.onmessage = ({ data }) => {
        if (isRunning && !heard.has(data)) channel.postMessage(id);
        heard.add(data);
        if (heard.size === ${running - 1}) all.resolve();
      };
      export const handler = async () => {
        isRunning = true;
        channel.postMessage(id);
        await all.promise;
        return { statusCode: 200, body: "done" };
      };`;
    const environments = { max: running, stalledMs: 50, isWarm: false };
    const cloud = await aCloudOf({ functions: { default: { code } } }, { environments });
    const client = await aClient(cloud.ws);
    for (let count = 0; count < running; count += 1) client.send("x");
    for (let count = 0; count < running; count += 1) expect(await client.next()).toBe("done");
  });

  test("a handler that imports node:http does not load the WebSocket client of Node", async () => {
    const code = `
      import http, { Agent, globalAgent } from "node:http";
      import { request } from "https";
      export const handler = async () => {
        const isWhole = http.Agent === Agent && http.globalAgent === globalAgent && typeof request === "function";
        const loaded = process.moduleLoadList.filter((name) => name.includes("undici"));
        return { statusCode: 200, body: JSON.stringify({ isWhole, loaded }) };
      };`;
    const cloud = await aCloudOf({ functions: { default: { code } } });
    const client = await aClient(cloud.ws);
    client.send("x");
    expect(JSON.parse(await client.next())).toEqual({ isWhole: true, loaded: [] });
  });

  test("a client that sends many messages at once delays its own, not those of another client", async () => {
    const code = `export const handler = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { statusCode: 200, body: "done" };
    };`;
    const cloud = await aCloudOf({ functions: { default: { code } } }, { environments: { max: 1 } });
    const [busy, calm] = [await aClient(cloud.ws), await aClient(cloud.ws)];
    for (let count = 0; count < 100; count += 1) busy.send("x");
    await busy.next();
    calm.send("x");
    await calm.next();
    expect(busy.inbox.length).toBeLessThan(50);
  });

  test("idle environments end, except the first", async () => {
    const { ask } = await aWorker({}, { environments: { max: 4, idleMs: 50 } });
    const idsOf = async () => (await ask("meet", "meet")).map(({ id }) => id);
    const before = await idsOf();
    let after = before;
    while (after.every((id) => before.includes(id))) {
      await new Promise((resolve) => setTimeout(resolve, 150));
      after = await idsOf();
    }
    expect(after.filter((id) => before.includes(id))).toEqual([before[0]]);
  });

  test("gives the handler a context as Lambda does", async () => {
    const [answer] = await usual.ask("hi");
    expect(answer?.context).toMatchObject({
      functionName: "Fixture-defaultFunction",
      functionVersion: "$LATEST",
      memoryLimitInMB: "128",
      invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:Fixture-defaultFunction",
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      callbackWaitsForEmptyEventLoop: true,
    });
    expect(answer?.left).toBeGreaterThan(0);
    expect(answer?.left).toBeLessThanOrEqual(5000);
  });

  describe("one that dies is replaced", () => {
    let mortal: Worker;
    beforeAll(async () => {
      mortal = await aWorker({ timeoutSeconds: 2 }, { environments: { max: 1 } });
    });

    test.each([
      ["at the function's timeout", "sleep 60000", /^Sandbox\.Timedout: Task timed out after [12]\.\d\d seconds$/],
      ["after its exit", "exit", /^Runtime\.ExitError: the runtime exited with 3$/],
      ["after an error that no handler sees", "late", /^Runtime\.UnhandledError: Error: too late to be caught$/],
    ])("%s", async (_when, verb, text) => {
      const { client, ask, cloud } = mortal;
      client.send(verb);
      expect(await client.next()).toContain("Internal server error");
      expect(cloud.logs).toContainEqual(
        expect.objectContaining({ level: "ERROR", source: "default", text: expect.stringMatching(text) }),
      );
      expect(await ask("hi")).toMatchObject([{ total: 1 }]);
    });
  });
});

describe("the output of a handler", () => {
  test("to the console is kept with its invocation", async () => {
    const { ask, cloud } = usual;
    const [answer] = await ask("print x");
    const requestId = answer?.context["awsRequestId"];
    expect(cloud.logs.filter((entry) => entry.requestId === requestId)).toMatchObject([
      { level: "WARN", source: "default", text: "first x" },
      { level: "ERROR", source: "default", text: "second { deep: [ 1 ] }" },
      {
        level: "REPORT",
        source: "default",
        text: expect.stringMatching(/^START RequestId: [\w-]{36} Version/),
        octets: 96,
      },
      { level: "REPORT", source: "default", text: expect.stringMatching(/^END RequestId: [\w-]{36}$/) },
      { level: "REPORT", source: "default", text: expect.stringMatching(/^REPORT .*\tDuration: \d+\.\d\d ms\t/) },
    ]);
  });

  describe("in the format JSON", () => {
    const logging = { LogFormat: "JSON", ApplicationLogLevel: "WARN", SystemLogLevel: "WARN" };
    let strict: Worker;
    let from = 0;
    beforeAll(async () => {
      strict = await aWorker({ logging, timeoutSeconds: 2 });
    });
    beforeEach(() => void (from = strict.cloud.logs.length));
    const written = () => strict.cloud.logs.slice(from);

    test("has no lines of Lambda about a success, and one about a failure", async () => {
      const { ask, client } = strict;
      await ask("hi");
      expect(written()).toEqual([]);
      client.send("sleep 60000");
      expect(await client.next()).toContain("Internal server error");
      const report = written().find(({ level }) => level === "REPORT");
      expect(JSON.parse(report?.text ?? "")).toMatchObject({ type: "platform.report", record: { status: "timeout" } });
    });

    test("wraps what goes to the console", async () => {
      const [answer] = await strict.ask("print x");
      const lines = written().map(({ text }) => JSON.parse(text));
      const requestId = answer?.context["awsRequestId"];
      expect(lines).toMatchObject([
        { level: "WARN", message: "first x", requestId },
        { level: "ERROR", message: "second { deep: [ 1 ] }", requestId },
      ]);
      const [first] = written();
      expect(first?.octets).toBe(Buffer.byteLength(first?.text ?? "") + 26);
    });

    test("believes the level of a line on stdout only if the line has a timestamp", async () => {
      const timed = '{"timestamp":"2026-11-28T10:00:00.000Z","level":"ERROR"}';
      await strict.ask(
        'write {"level":"ERROR"}',
        "write plain",
        `write ${timed}`,
        `write ${timed.replace("ERROR", "INFO")}`,
      );
      expect(written().map(({ level, text }) => [level, text])).toEqual([["ERROR", timed]]);
    });

    test("tells the function its level", async () => {
      const [answer] = await strict.ask("hi");
      expect(answer?.environment).toMatchObject({ AWS_LAMBDA_LOG_FORMAT: "JSON", AWS_LAMBDA_LOG_LEVEL: "WARN" });
    });
  });

  test("to stdout is kept too", async () => {
    const { ask, cloud } = usual;
    await ask("write by-hand");
    expect(cloud.logs).toContainEqual(expect.objectContaining({ level: "INFO", text: "by-hand" }));
  });
});

describe("code that does not load", () => {
  test.each([
    ["throws", `throw new Error("no table");`, "Error: no table"],
    ["has no handler", "export const other = 1;", "Runtime.HandlerNotFound"],
    ["imports what is not there", `import "nowhere";`, "Cannot find package 'nowhere'"],
  ])("stops the start with an error that names the fault (%s)", async (_what, code, message) => {
    await expect(aWorker({ code })).rejects.toThrow(message);
  });
});

describe("the meter", () => {
  test("counts each invocation and each message once", async () => {
    const { ask, cloud } = usual;
    await cloud.settled();
    cloud.meter.reset();
    await ask("hi", "hi");
    await cloud.settled();
    const counted = cloud.meter.calls.map(
      ({ caller, service, action, resource }) => `${caller} ${service} ${action} ${resource}`,
    );
    const id = cloud.gateway.connections()[0]?.id;
    expect(counted.toSorted()).toEqual([
      "apigateway apigateway REPLY " + id,
      "apigateway apigateway REPLY " + id,
      "apigateway lambda Invoke default",
      "apigateway lambda Invoke default",
      "client apigateway MESSAGE " + id,
      "client apigateway MESSAGE " + id,
    ]);
  });
});
