// Requirements that only the DynamoDB store can violate: its calls, rows from other writers, failures of the service.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { CorruptRowError } from "../../../lib/errors.ts";
import { tablesOn } from "../../../lib/aws/client/dynamodb.ts";
import { schema } from "../../../lib/aws/dynamodb/schema.ts";
import { createDynamoState } from "../../../lib/aws/dynamodb/state.ts";
import { aor } from "../../../lib/sip/syntax/aor.ts";
import { corruptRows, whereabouts } from "./corrupt-rows.ts";
import type { DynamoStateUnderTest } from "./dynamo-state.ts";
import {
  aContext,
  aFlow,
  aRegistration,
  flowRow,
  fresh,
  fullest,
  gone,
  manyDevices,
  NOW,
  subscribers,
} from "./samples.ts";
import { fromContext } from "../../../lib/aws/dynamodb/response-context.ts";
import { branchChange } from "../../../lib/sip/state/branch-change.ts";
import type { ResponseContext } from "../../../lib/sip/state/response-context.ts";
import type { Change } from "../../../lib/sip/state/change.ts";
import type { LoginHistory } from "../../../lib/sip/state/login-history.ts";
import type { ReadSet } from "../../../lib/sip/state/snapshot.ts";

export function dynamoDbContract(open: () => Promise<DynamoStateUnderTest>): void {
  let state: DynamoStateUnderTest;
  beforeAll(async () => {
    state = await open();
  });
  afterAll(() => state.close());

  /** Names of the commands that an action makes. */
  async function commandsOf(work: () => Promise<unknown>): Promise<string[]> {
    const before = state.commands.length;
    await work();
    return state.commands.slice(before).map(({ name }) => name);
  }

  describe("calls to DynamoDB", () => {
    const everything: ReadSet = {
      flows: ["flow", "another"],
      registrations: ["sip:alice@example.com"],
      contexts: ["context"],
      contactOwners: ["contact"],
      loginFailures: ["source.a"],
      loginHistories: ["pair.a"],
      subscribers: Array.from({ length: 40 }, (_, index) => `sip:user${index % 30}@example.com`),
    };

    test.each<[string, ReadSet]>([
      ["everything there is", everything],
      ["one flow", { flows: ["flow"] }],
      ["one registration", { registrations: ["sip:alice@example.com"] }],
      ["one context", { contexts: ["context"] }],
      ["one subscriber asked for three times", { subscribers: ["sip:a@b.c", "sip:a@b.c", "sip:a@b.c"] }],
    ])("a read of %s is one BatchGetItem", async (_what, keys) => {
      expect(await commandsOf(() => state.read(keys))).toEqual(["BatchGetItemCommand"]);
    });

    test.each<[string, ReadSet]>([
      ["nothing", {}],
      ["no subscribers", { subscribers: [] }],
      ["what cannot be a key", { registrations: [""], subscribers: ["x".repeat(2049), "ä".repeat(1025)] }],
    ])("a read of %s makes no call", async (_what, keys) => {
      expect(await commandsOf(() => state.read(keys))).toEqual([]);
    });

    test("a read sees what was committed before; only subscribers, which the operator changes, are read at half price", async () => {
      await state.read(everything);
      const asked: Record<string, unknown> = {};
      const { RequestItems = {} } = lastInput(state);
      for (const [table, { ConsistentRead }] of Object.entries(RequestItems)) {
        asked[table.slice(table.lastIndexOf("-") + 1)] = ConsistentRead;
      }
      expect(asked).toEqual({ Flows: true, Registrations: true, Transactions: true, Subscribers: false });
    });

    test("counts of failed logins come with the flow, in the same call and from the same table", async () => {
      await state.read({
        flows: ["flow"],
        loginFailures: ["aor.a", "source.b", "aor.a"],
        loginHistories: ["pair.a"],
      });
      const { RequestItems = {} } = lastInput(state);
      expect(Object.values(RequestItems)).toEqual([
        {
          ConsistentRead: true,
          Keys: ["flow", "login:aor.a", "login:source.b", "logins:pair.a"].map((flow) => ({ flow: { S: flow } })),
        },
      ]);
    });

    test("a commit without changes makes no call", async () => {
      expect(await commandsOf(() => state.commit([]))).toEqual([]);
    });

    test.each<[string, () => Change[], string[]]>([
      ["a registration", () => [aRegistrationChange(fresh("row"))], ["PutItemCommand"]],
      ["a context", () => [{ kind: "context", context: aContext(fresh("row")) }], ["PutItemCommand"]],
      ["a flow", () => [{ kind: "flow", record: aFlow(fresh("row")) }], ["UpdateItemCommand"]],
      ["a digest", () => [{ kind: "digest", flow: fresh("row"), digest: aDigest }], ["UpdateItemCommand"]],
      [
        "failed logins",
        () => [aFailure(fresh("pair")), aFailure(fresh("source"))],
        ["UpdateItemCommand", "UpdateItemCommand"],
      ],
      [
        "a login history",
        () => [{ kind: "login history", history: aHistory(fresh("pair")), expiresAt: NOW + 100 }],
        ["PutItemCommand"],
      ],
      ["a flow that is gone", () => [gone(fresh("row"))], ["UpdateItemCommand"]],
      [
        "a registration, a context and a flow",
        () => [
          aRegistrationChange(fresh("row")),
          { kind: "context", context: aContext(fresh("row")) },
          { kind: "flow", record: aFlow(fresh("row")) },
        ],
        ["UpdateItemCommand", "PutItemCommand", "PutItemCommand"],
      ],
      [
        "the end of a call",
        () => [{ kind: "flow call over", flow: fresh("row"), call: "call", at: NOW }],
        ["UpdateItemCommand"],
      ],
    ])("a commit of %s is one call for each change", async (_what, changes, expected) => {
      expect(await commandsOf(() => state.commit(changes()))).toEqual(expected);
    });

    test("a conflict is one call, without a second read", async () => {
      const key = fresh("row");
      await state.commit([aRegistrationChange(key)]);
      expect(await commandsOf(() => state.commit([aRegistrationChange(key)]))).toEqual(["PutItemCommand"]);
    });

    test("a new subscriber is one call", async () => {
      const account = { user: fresh("user"), password: "secret", domain: "example.com" };
      expect(await commandsOf(() => state.addSubscriber(account))).toEqual(["UpdateItemCommand"]);
    });
  });

  describe("a context whose long parts exceed the short row", () => {
    const stored = async (): Promise<ResponseContext> => {
      const context = aContext(fresh("fork"), manyDevices);
      await state.commit([{ kind: "context", context }]);
      const [read] = (await state.read({ contexts: [context.id] })).contexts;
      return read ?? context;
    };

    test("is two calls when it is new, one call when other parts change, two when the long parts do", async () => {
      const context = aContext(fresh("fork"), manyDevices);
      const put = (next: ResponseContext) => commandsOf(() => state.commit([{ kind: "context", context: next }]));
      const read = async () => (await state.read({ contexts: [context.id] })).contexts[0] ?? context;
      expect(await put(context)).toEqual(["PutItemCommand", "PutItemCommand"]);
      expect(await put({ ...(await read()), isCancelled: true })).toEqual(["PutItemCommand"]);
      expect(await put({ ...(await read()), caller: { flow: "another" } })).toEqual([
        "PutItemCommand",
        "PutItemCommand",
      ]);
      expect(await read()).toMatchObject({ version: 3, isCancelled: true, caller: { flow: "another" } });
    });

    test("is one call when one branch progresses, and is read in two", async () => {
      const read = await stored();
      const branches = read.branches.map((branch, at) =>
        at === 0 ? ({ ...branch, state: "proceeding" } as const) : branch,
      );
      const change = branchChange(read, { ...read, branches });
      expect(await commandsOf(() => state.commit(change === undefined ? [] : [change]))).toEqual(["UpdateItemCommand"]);
      expect(await commandsOf(() => state.read({ contexts: [read.id] }))).toEqual([
        "BatchGetItemCommand",
        "BatchGetItemCommand",
      ]);
    });

    test("keeps the long parts it was stored with when a write of others ends before its second row", async () => {
      const read = await stored();
      const late = { ...read, version: 0, caller: { flow: "late" } };
      expect(await state.commit([{ kind: "context", context: late }])).toBe("conflict");
      expect((await state.read({ contexts: [read.id] })).contexts).toStrictEqual([read]);
    });

    test("counts as absent without the row of its long parts", async () => {
      const key = fresh("fork");
      await state.putRow("transactions", { ...fromContext(aContext(key, manyDevices)).row });
      expect((await state.read({ contexts: [key] })).contexts).toEqual([]);
    });
  });

  describe("a row", () => {
    test("of a registration, flow or context has an expiresAt after which it may be deleted", async () => {
      const key = fresh("row");
      await state.commit([
        { kind: "registration", registration: aRegistration(key), expiresAt: NOW + 1 },
        { kind: "context", context: aContext(key, { ...fullest.context, expiresAt: NOW + 2 }) },
        { kind: "flow", record: aFlow(key, { ...fullest.flow, expiresAt: NOW + 3 }) },
      ]);
      for (const [index, table] of (["registrations", "transactions", "flows"] as const).entries()) {
        expect((await state.row(table, key))["expiresAt"]).toBe(NOW + 1 + index);
      }
    });

    test("of a count has an expiresAt, and a key that no flow can have: a connection id has no colon", async () => {
      const key = fresh("pair");
      await state.commit([aFailure(key)]);
      const row = await state.row("flows", `login:${key}`);
      expect(row).toEqual({ flow: `login:${key}`, count: 1, last: NOW, expiresAt: NOW + 100 });
    });

    test("of a count that is corrupt fails with table, key and attribute", async () => {
      const key = fresh("pair");
      await state.putRow("flows", { flow: `login:${key}`, count: "many", last: NOW, expiresAt: NOW });
      await expect(state.read({ loginFailures: [key] })).rejects.toThrow(`Flows "login:${key}": count is not a number`);
    });

    test("of a login history has an expiresAt, and a key that neither a flow nor a count can have", async () => {
      const history = aHistory(fresh("pair"));
      await state.commit([{ kind: "login history", history, expiresAt: NOW + 100 }]);
      const row = await state.row("flows", `logins:${history.key}`);
      const { others, devices } = history;
      expect(row).toEqual({ flow: `logins:${history.key}`, version: 1, others, devices, expiresAt: NOW + 100 });
    });

    test("of a login history that is corrupt fails with table, key and attribute", async () => {
      const key = fresh("pair");
      const devices = [{ device: "d", count: 1 }];
      const row = { flow: `logins:${key}`, version: 1, others: { count: 0, last: 0 }, devices, expiresAt: NOW };
      await state.putRow("flows", row);
      const says = `Flows "logins:${key}": devices[0].last is not a number`;
      await expect(state.read({ loginHistories: [key] })).rejects.toThrow(says);
    });

    test("of a subscriber never expires and holds no password", async () => {
      const account = { user: fresh("user"), password: "correct horse", domain: "example.com" };
      await state.addSubscriber(account);
      const row = await state.row("subscribers", aor(account.user, account.domain));
      expect(Object.keys(row).toSorted()).toEqual(["aor", "ha1", "ha1b"]);
      expect(JSON.stringify(row)).not.toContain("correct");
    });

    test("with attributes that a later release added is read nevertheless", async () => {
      const key = fresh("row");
      await state.putRow("flows", { ...flowRow(key, fullest.flow), colour: "green" });
      expect((await state.read({ flows: [key] })).flows[0]).toStrictEqual(aFlow(key, fullest.flow));
    });

    test.each(corruptRows)("with $flaw fails with table, key and attribute", async ({ table, rest, says }) => {
      const key = fresh('corrupt "row"');
      const { attribute, asked } = whereabouts[table](key);
      await state.putRow(table, { [attribute]: key, ...rest });
      const failure = await state.read(asked).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(CorruptRowError);
      expect(String(failure)).toContain(`${schema[table].id} ${JSON.stringify(key)}: ${says}`);
    });
  });

  describe("a subscriber", () => {
    test.each(Object.entries(subscribers))("comes back exactly as it was written: %s", async (_what, rest) => {
      const key = fresh("sip:zoë@example.com");
      await state.putRow("subscribers", { aor: key, ...rest });
      expect((await state.read({ subscribers: [key] })).subscribers).toStrictEqual([{ aor: key, ...rest }]);
    });

    test("keeps its routing policy when its password is changed", async () => {
      const [user, domain] = [fresh("user"), "example.com"];
      await state.putRow("subscribers", { aor: aor(user, domain), ...fullest.subscriber });
      await state.addSubscriber({ user, password: "new", domain });
      const [changed] = (await state.read({ subscribers: [aor(user, domain)] })).subscribers;
      expect(changed).toStrictEqual({
        aor: aor(user, domain),
        ...fullest.subscriber,
        ha1: changed?.ha1,
        ha1b: changed?.ha1b,
      });
      expect(changed?.ha1b).not.toEqual(fullest.subscriber.ha1b);
      expect(changed?.ha1).not.toEqual(fullest.subscriber.ha1);
    });

    test("that is removed is unknown, and can be removed again", async () => {
      const [user, domain] = [fresh("leaver"), "example.com"];
      await state.addSubscriber({ user, password: "secret", domain });
      for (let time = 0; time < 2; time += 1) {
        await state.removeSubscriber(user, domain);
        expect((await state.read({ subscribers: [aor(user, domain)] })).subscribers).toEqual([]);
      }
    });
  });

  describe("a failure", () => {
    test("other than a failed condition is an error and not a conflict", async () => {
      const elsewhere = createDynamoState(tablesOn(state.db), () => "No-Such-Table");
      const notFound = expect.objectContaining({ name: "ResourceNotFoundException" });
      await expect(elsewhere.read({ flows: ["flow"] })).rejects.toEqual(notFound);
      await expect(elsewhere.commit([aRegistrationChange("row")])).rejects.toEqual(notFound);
      await expect(elsewhere.commit([gone("flow")])).rejects.toEqual(notFound);
    });

    test.each([0, 1])(
      "that loses the answer to a write on version %i, which the client repeats, is not a conflict",
      async (version) => {
        const key = fresh("row");
        if (version === 1) await state.commit([aRegistrationChange(key)]);
        const lost = state.breaking.loseNext("answer");
        expect(await state.breaking.commit([aRegistrationChange(key, version)])).toBe("committed");
        expect(lost()).toBe(true);
        expect((await state.read({ registrations: [key] })).registrations[0]?.version).toBe(version + 1);
      },
    );

    test("that loses the request, while another request writes the row, is a conflict", async () => {
      const key = fresh("row");
      const other = { ...aRegistrationChange(key), expiresAt: NOW + 1 };
      const lost = state.breaking.loseNext("request", () => state.commit([other]));
      expect(await state.breaking.commit([aRegistrationChange(key)])).toBe("conflict");
      expect(lost()).toBe(true);
    });
  });
}

const aDigest = { nonce: "n", count: 1, request: "r" };

function aFailure(key: string): Change {
  return { kind: "failed login", key, at: NOW, forgetAt: NOW + 100 };
}

function aHistory(key: string): LoginHistory {
  return { ...fullest.loginHistory, key, version: 0 };
}

function aRegistrationChange(key: string, version = 0): Change & { readonly kind: "registration" } {
  return { kind: "registration", registration: { ...aRegistration(key), version }, expiresAt: NOW };
}

/** The input of the last command. */
function lastInput(state: DynamoStateUnderTest): {
  readonly RequestItems?: Record<string, { readonly ConsistentRead?: boolean }>;
} {
  return state.commands.at(-1)?.input ?? {};
}
