// The call of an answered INVITE, as an attribute of the row of its response context.
import { type Call, type CallEnd, whyEnded } from "../../sip/state/call.ts";
import { type Fields, optional, readMap, readNumber, readString, readStrings, readWord } from "../decode.ts";
import type { Write } from "./record.ts";

export function toCall(row: Fields, name: string): Call {
  const call = readMap(row, name);
  return {
    index: readNumber(call, "index"),
    tag: readString(call, "tag"),
    ...optional(call, "contact", readString),
    ...optional(call, "routes", readStrings),
    ...optional(call, "ringingAt", readNumber),
    answeredAt: readNumber(call, "answeredAt"),
    ...optional(call, "ended", toEnd),
  };
}

function toEnd(row: Fields, name: string): CallEnd {
  const end = readMap(row, name);
  return { at: readNumber(end, "at"), why: readWord(end, "why", whyEnded) };
}

/** A repeated request whose first response was lost is decided again: the call has ended by then. */
export const endCall: Write<"call ended"> = async (db, table, { context, tags, end, expiresAt, isUnwatched }) => {
  const { kind } = await db.updateIf(
    table,
    { id: context },
    {
      update:
        "SET #call.#ended = :end, #expiresAt = :expiresAt, #generation = #version + :one, #version = #version + :one",
      condition: `#call.#tag IN (:from, :to) AND attribute_not_exists(#call.#ended)${isUnwatched ? " AND attribute_not_exists(#watched)" : ""}`,
      names: {
        "#call": "call",
        "#ended": "ended",
        "#tag": "tag",
        "#expiresAt": "expiresAt",
        "#generation": "generation",
        "#version": "version",
        ...(isUnwatched && { "#watched": "watched" }),
      },
      values: { ":end": end, ":expiresAt": expiresAt, ":from": tags[0], ":to": tags[1], ":one": 1 },
    },
  );
  return kind === "stored" ? "committed" : "conflict";
};

/** A decision that has read the context before is taken again. */
export const watchCall: Write<"call watched"> = async (db, table, { context, resource }) => {
  await db.updateIf(
    table,
    { id: context },
    {
      update: "SET #generation = #version + :one, #version = #version + :one ADD #watched :resource",
      condition: "attribute_exists(#version)",
      names: { "#generation": "generation", "#version": "version", "#watched": "watched" },
      values: { ":one": 1, ":resource": new Set([resource]) },
    },
  );
  return "committed";
};
