// A held request, in the row of a registration. The message is compressed: an offer has several kilobytes.
import { deflateRawSync } from "node:zlib";
import { type HeldRequest, heldStates } from "../../sip/state/held-request.ts";
import type { Row } from "../client/dynamodb.ts";
import { type Fields, optional, readNumber, readString, wordOf } from "../decode.ts";
import { readDeflated } from "./row.ts";

export function fromHeldRequest({ message, ...held }: HeldRequest): Row {
  return { ...held, message: deflateRawSync(message) };
}

export function toHeldRequest(row: Fields): HeldRequest {
  return {
    branch: readString(row, "branch"),
    device: readString(row, "device"),
    message: readDeflated(row, "message"),
    until: readNumber(row, "until"),
    ...optional(row, "sentOn", readString),
    ...optional(row, "state", wordOf(heldStates)),
  };
}
