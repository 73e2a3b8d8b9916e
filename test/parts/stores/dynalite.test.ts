import { once } from "node:events";
import { afterAll, beforeAll, describe } from "@jest/globals";
import dynalite from "dynalite";
import { openDynamoState } from "./dynamo-state.ts";
import { dynamoDbContract } from "./dynamodb-contract.ts";
import { stateContract } from "./state-contract.ts";

describe("State on DynamoDB (dynalite)", () => {
  const server = dynalite({ createTableMs: 0 });
  const open = () => {
    const address = server.address();
    if (address === null || typeof address === "string") throw new TypeError("dynalite does not listen");
    return openDynamoState(`http://127.0.0.1:${address.port}`);
  };
  beforeAll(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });

  stateContract(open);
  dynamoDbContract(open);
});
