// Rows that no release of this server has written.
import { deflateRawSync } from "node:zlib";
import { fromContext } from "../../../lib/aws/dynamodb/response-context.ts";
import type { TableName } from "../../../lib/aws/dynamodb/schema.ts";
import { aContext, fullest } from "./samples.ts";
import type { ReadSet } from "../../../lib/sip/state/snapshot.ts";

const { id: _id, ...contextRow } = fromContext(aContext("context", fullest.context)).row;

/**
 * Values that DynamoDB can hold and JSON cannot are the likeliest to be decoded wrongly; rows.test.ts has every
 * attribute.
 */
export const corruptRows = [
  {
    flaw: "a registration without bindings",
    table: "registrations",
    rest: { version: 1 },
    says: "bindings is not a list",
  },
  {
    flaw: "a version beyond what a number holds",
    table: "registrations",
    rest: { version: 2n ** 60n, bindings: [] },
    says: "version is not a number",
  },
  {
    flaw: "an identity that is NULL",
    table: "flows",
    rest: { ...fullest.flow, identity: null },
    says: "identity is not a string",
  },
  {
    flaw: "a set of AORs",
    table: "flows",
    rest: { ...fullest.flow, bound: new Set(["a"]) },
    says: "bound is not a list of strings",
  },
  {
    flaw: "an answer without its count",
    table: "flows",
    rest: { ...fullest.flow, lastDigest: { nonce: "n", request: "r" } },
    says: "lastDigest.count is not a number",
  },
  {
    flaw: "a provisional response that is a set",
    table: "transactions",
    rest: { ...contextRow, provisional: new Set(["a"]) },
    says: "provisional is not a map",
  },
  {
    flaw: "an unknown state",
    table: "transactions",
    rest: { ...contextRow, state: "gone" },
    says: "state is not proceeding or accepted or completed",
  },
  {
    flaw: "long parts that are not compressed",
    table: "transactions",
    rest: { ...contextRow, long: Buffer.from('{"request":"INVITE sip:bob@example.com SIP/2.0"}') },
    says: "long is not a deflated text",
  },
  {
    flaw: "long parts that are a text",
    table: "transactions",
    rest: { ...contextRow, long: deflateRawSync("INVITE sip:bob@example.com SIP/2.0") },
    says: "long is not a JSON object",
  },
  {
    flaw: "a branch in an unknown state",
    table: "transactions",
    rest: { ...contextRow, branches: ["x486"] },
    says: "branches is not a list of branches",
  },
  {
    flaw: "another number of branches than were stored",
    table: "transactions",
    rest: { ...contextRow, branches: ["c", "c"] },
    says: "branches is not of 1 branches",
  },
  {
    flaw: "a message without text",
    table: "messages",
    rest: { id: "1", expiresAt: 1_790_000_000 },
    says: "message is not a string",
  },
  { flaw: "a binary secret", table: "subscribers", rest: { ha1: Buffer.from("HA1") }, says: "ha1 is not a map" },
  {
    flaw: "a secret that is a number",
    table: "subscribers",
    rest: { ha1: { MD5: 7 } },
    says: "ha1.MD5 is not a string",
  },
] as const;

/** The key attribute of each table, and the read set that reads a row of it. */
export const whereabouts = {
  registrations: (key: string) => ({ attribute: "aor", asked: { registrations: [key] } }),
  flows: (key: string) => ({ attribute: "flow", asked: { flows: [key] } }),
  transactions: (key: string) => ({ attribute: "id", asked: { contexts: [key] } }),
  subscribers: (key: string) => ({ attribute: "aor", asked: { subscribers: [key] } }),
  messages: (key: string) => ({ attribute: "aor", asked: { storedMessages: [key] } }),
  events: (key: string) => ({ attribute: "resource", asked: { resourceStates: [key] } }),
} as const satisfies Record<TableName, (key: string) => { attribute: string; asked: ReadSet }>;
