// BatchGetItem may leave keys unprocessed when it is throttled; no server here does, so a script stands in for one.
import { describe, expect, test } from "@jest/globals";
import { type AttributeValue, type BatchGetItemCommandInput, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { tablesOn } from "../../../lib/aws/client/dynamodb.ts";
import { fromContext } from "../../../lib/aws/dynamodb/response-context.ts";
import { createDynamoState } from "../../../lib/aws/dynamodb/state.ts";
import { UnprocessedKeysError } from "../../../lib/errors.ts";
import { aContext, aFlow, flowRow, fullest } from "./samples.ts";

const flow = aFlow("the flow", fullest.flow);
const context = { ...aContext("the context", fullest.context), version: 3, generation: 4 };
const [ann, ben] = ["ann", "ben"].map((aor) => ({ aor, ha1: { MD5: aor } }));

/** By key. */
const rows: Readonly<Record<string, object | undefined>> = {
  [flow.flow]: flowRow("the flow", fullest.flow),
  [context.id]: fromContext(context).row,
  ann,
  ben,
};

type Asked = NonNullable<BatchGetItemCommandInput["RequestItems"]>;

/** For each call the keys it returns; the others are unprocessed. The last entry repeats for ever. */
function stateOn(script: readonly (readonly string[])[]) {
  const asked: Asked[] = [];
  /** Milliseconds. */
  const times: number[] = [];
  const db = new DynamoDBClient({ region: "us-east-1" });
  db.middlewareStack.add(
    () => (args) => {
      if (!isBatchRead(args.input)) throw new TypeError("only BatchGetItem was expected");
      const { RequestItems = {} } = args.input;
      const answered = script[Math.min(asked.length, script.length - 1)] ?? [];
      asked.push(RequestItems);
      times.push(performance.now());
      return Promise.resolve({ output: { $metadata: {}, ...answer(RequestItems, answered) }, response: {} });
    },
    { step: "initialize", name: "script" },
  );
  return { state: createDynamoState(tablesOn(db), (table) => table), asked, times };
}

function answer(asked: Asked, answered: readonly string[]) {
  const [Responses, UnprocessedKeys]: [Record<string, object[]>, Asked] = [{}, {}];
  for (const [table, request] of Object.entries(asked)) {
    const [given, held] = [
      request.Keys?.filter(isAnswered) ?? [],
      request.Keys?.filter((key) => !isAnswered(key)) ?? [],
    ];
    Responses[table] = given.map((key) => marshall(rows[nameOf(key)] ?? {}));
    if (held.length > 0) UnprocessedKeys[table] = { ...request, Keys: held };
  }
  return { Responses, UnprocessedKeys };

  function isAnswered(key: Key): boolean {
    return answered.includes(nameOf(key));
  }
}

type Key = Readonly<Record<string, AttributeValue>>;

function nameOf(key: Key): string {
  return Object.values(key)[0]?.S ?? "";
}

function isBatchRead(input: object): input is BatchGetItemCommandInput {
  return "RequestItems" in input;
}

const everything = { flows: [flow.flow], contexts: [context.id] };

describe("Keys that DynamoDB leaves unprocessed", () => {
  test("are read again, without the others, and earlier results are kept", async () => {
    const { state, asked } = stateOn([[flow.flow], [], [context.id]]);
    const seen = await state.read(everything);
    expect([seen.flows, seen.contexts]).toStrictEqual([[flow], [context]]);
    expect(asked.map((items) => Object.keys(items))).toEqual([
      ["flows", "transactions"],
      ["transactions"],
      ["transactions"],
    ]);
    expect(asked[1]?.["transactions"]).toEqual({ Keys: [{ id: { S: context.id } }], ConsistentRead: true });
  });

  test("may concern some keys of a table only", async () => {
    const { state, asked } = stateOn([["ben"], ["ann"]]);
    expect((await state.read({ subscribers: ["ann", "ben"] })).subscribers).toStrictEqual([ben, ann]);
    expect(asked.map((items) => items["subscribers"]?.Keys?.map(nameOf))).toEqual([["ann", "ben"], ["ann"]]);
  });

  test("until the very last attempt cause no error", async () => {
    const { state, asked } = stateOn([[], [], [], [flow.flow, context.id]]);
    expect((await state.read(everything)).flows).toStrictEqual([flow]);
    expect(asked).toHaveLength(4);
  });

  test("at every attempt cause an error that names their tables, never a result without them", async () => {
    const { state, asked } = stateOn([[flow.flow], []]);
    const failure = await state.read(everything).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UnprocessedKeysError);
    expect(String(failure)).toContain("transactions");
    expect(String(failure)).not.toContain("flows");
    expect(asked).toHaveLength(4);
  });

  test("are read after a longer pause with every attempt", async () => {
    const { state, times } = stateOn([[]]);
    await expect(state.read(everything)).rejects.toThrow(UnprocessedKeysError);
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    for (const [index, atLeast] of [9, 19, 39].entries()) expect(pauses[index]).toBeGreaterThanOrEqual(atLeast);
  });
});
