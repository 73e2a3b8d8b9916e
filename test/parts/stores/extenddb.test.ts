import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openDynamoState } from "./dynamo-state.ts";
import { dynamoDbContract } from "./dynamodb-contract.ts";
import { type ExtendDb, isInstalled, startExtendDb } from "./extenddb.ts";
import { stateContract } from "./state-contract.ts";

if (isInstalled) {
  describe("State on DynamoDB (ExtendDB)", () => {
    let server: ExtendDb;
    const open = () => openDynamoState(server.endpoint);
    beforeAll(async () => {
      server = await startExtendDb();
    });
    afterAll(() => server.stop());

    stateContract(open);
    dynamoDbContract(open);
  });
} else {
  describe("State on DynamoDB (ExtendDB): the optional package @extenddb/linux-x64 is not installed", () => {
    test("the contract was not run here; it was run on dynalite and in memory", () => expect(isInstalled).toBe(false));
  });
}
