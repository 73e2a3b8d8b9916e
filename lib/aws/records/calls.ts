// Facts of calls in the table of records: each is one conditional write, which answers with all that is known about the call.
import { CorruptRowError } from "../../errors.ts";
import type { CallFact } from "../../operations/records/call-fact.ts";
import type { StoredCall } from "../../operations/records/stored-call.ts";
import type { Row, Tables } from "../client/dynamodb.ts";
import { type Reader, readNumber, readPresent, readString } from "../decode.ts";
import { callsTable, dayOf } from "./call-schema.ts";

export interface Calls {
  /**
   * The call with the fact; undefined if another line has told a fact of this kind before. The same line may come again, and
   * gets the same answer. @param lineId names the line among all
   */
  tell(callId: string, lineId: string, fact: CallFact): Promise<StoredCall | undefined>;
}

const DAY_SECONDS = 86_400;

/** @param days that a record is kept after the latest fact */
export function createCalls(db: Pick<Tables, "updateAndRead">, table: string, days: number): Calls {
  return {
    async tell(callId, lineId, fact) {
      const line = `${fact.kind}Line`;
      const at = Math.floor(timeOf(fact) / 1000);
      const attributes: Row = {
        ...fact.attributes,
        ...(fact.kind === "started" && { day: dayOf(fact.attributes.startedAt) }),
        [line]: lineId,
        [callsTable.ttl]: at + days * DAY_SECONDS,
      };
      const names = Object.keys(attributes);
      const row = await db.updateAndRead(
        table,
        { [callsTable.key]: callId },
        {
          update: `SET ${names.map((_name, index) => `#${index} = :${index}`).join(", ")}`,
          condition: "attribute_not_exists(#line) OR #line = :line",
          names: { ...Object.fromEntries(names.map((name, index) => [`#${index}`, name])), "#line": line },
          values: {
            ...Object.fromEntries(names.map((name, index) => [`:${index}`, attributes[name]])),
            ":line": lineId,
          },
        },
      );
      return row && toStoredCall(row, table);
    },
  };
}

function timeOf({ attributes }: CallFact): number {
  return Math.max(...Object.entries(attributes).map(([name, value]) => (name.endsWith("At") ? Number(value) : 0)));
}

/** Throws a {@link CorruptRowError} for a row of another shape. */
export function toStoredCall(row: Row, table: string): StoredCall {
  const broken = (text: string) => new CorruptRowError(text);
  const fields = { name: table, path: "", attributes: row, broken };
  return { ...readPresent<Omit<StoredCall, "callId">>(fields, READERS), callId: readString(fields, callsTable.key) };
}

type Attributes = Required<Omit<StoredCall, "callId">>;

const READERS: { readonly [Name in keyof Attributes]: Reader<Attributes[Name]> } = {
  startedAt: readNumber,
  from: readString,
  to: readString,
  rangAt: readNumber,
  answeredAt: readNumber,
  devices: readNumber,
  failedAt: readNumber,
  status: readNumber,
  reason: readString,
  hungUpAt: readNumber,
  hungUpBy: readString,
  cancelledAt: readNumber,
  cancelledBy: readString,
  forwardedAt: readNumber,
  forwarded: readString,
};
