// A response context: a short row with the parts that change, and the long parts in it or beside it (`long-parts.ts`). A row
// of up to 1 KB costs one write unit.
import { deflateRawSync } from "node:zlib";
import { endsOneOfSeveral } from "../../sip/state/branch-change.ts";
import {
  asWritten,
  type ClientBranch,
  isPending,
  type Provisional,
  type ResponseContext,
} from "../../sip/state/response-context.ts";
import type { Row } from "../client/dynamodb.ts";
import { fromProgress, toProgress } from "./branch-progress.ts";
import {
  type Fields,
  mismatch,
  optional,
  readBoolean,
  readMap,
  readNumber,
  readString,
  readStrings,
  readStringSet,
  readWord,
} from "../decode.ts";
import { toCall } from "./call.ts";
import { type BranchAddress, fromLongParts, longRowId, toLongParts } from "./long-parts.ts";
import type { StoredRecord, Write } from "./record.ts";
import { fieldsOfRow, readDeflated } from "./row.ts";
import { schema } from "./schema.ts";
import { putVersion } from "./versioned-row.ts";

export const responseContextRecord: StoredRecord<"contexts"> = {
  table: "transactions",
  isConsistent: true,
  rowOf: (key) => key,
  owns: (row) => !/[/.]/.test(row),
  secondRowOf: ({ id, longParts }) =>
    typeof id === "string" && typeof longParts === "string" ? longRowId(id, longParts) : undefined,
  decode: toContext,
};

/** The long parts first: a row must not name an absent one. */
export const putContext: Write<"context"> = async (db, table, { context }) => {
  const { row, apart } = fromContext(context);
  if (apart !== undefined) await db.put(table, apart);
  return putVersion(db, table, { key: schema.transactions.key, row, expiresAt: context.expiresAt });
};

/** One element of the row, and the count of those that are pending. */
export const putBranch: Write<"branch"> = async (db, table, change) => {
  const { read, index, branch, provisional } = change;
  const before = read.branches[index];
  if (before === undefined) return "conflict";
  const place = `#branches[${index}]`;
  const ends = isPending(before) && !isPending(branch);
  const result = await db.updateIf(
    table,
    { id: read.id },
    {
      update: `SET ${place} = :branch${provisional === undefined ? "" : ", #provisional = :provisional"} ADD #version :one, #pending :fewer`,
      condition: `#generation = :generation AND ${place} = :before${endsOneOfSeveral(change) ? " AND #pending > :one" : ""}`,
      names: {
        "#branches": "branches",
        "#generation": "generation",
        "#version": "version",
        "#pending": "pending",
        ...(provisional !== undefined && { "#provisional": "provisional" }),
      },
      values: {
        ":generation": read.generation,
        ":before": fromProgress(before),
        ":branch": fromProgress(branch),
        ":one": 1,
        ":fewer": ends ? -1 : 0,
        ...(provisional !== undefined && { ":provisional": provisional }),
      },
    },
  );
  // A repeated request whose first response was lost is decided again: the branch has moved, so nothing is counted twice.
  return result.kind === "stored" ? "committed" : "conflict";
};

/** Attributes without a value are left out. */
export function fromContext(context: ResponseContext): {
  readonly row: Row & { readonly version: number };
  readonly apart?: Row;
} {
  const { id, version, state, isCancelled, cancelReason, provisional, final, unheard } = context;
  const { branches, epoch, ringsUntil, turnEndsAt, expiresAt, call, watched = [] } = context;
  const answer = final === undefined ? undefined : deflateAnswer(final, context);
  const { inline, apart } = fromLongParts(context, (answer?.length ?? 0) + (call ? JSON.stringify(call).length : 0));
  const row = {
    id,
    version,
    generation: asWritten(context).generation,
    state,
    isCancelled,
    ...(cancelReason !== undefined && { cancelReason }),
    ...(provisional && { provisional }),
    ...(answer && { final: answer }),
    ...(unheard && { unheard }),
    ...(call && { call }),
    ...(watched.length > 0 && { watched: new Set(watched) }),
    branches: branches.map(fromProgress),
    pending: branches.filter(isPending).length,
    epoch,
    ringsUntil,
    ...(turnEndsAt !== undefined && { turnEndsAt }),
    expiresAt,
    ...inline,
  };
  return { row, ...(apart && { apart }) };
}

/** A response repeats most of its request, so with the request as dictionary it compresses to a few bytes. */
function deflateAnswer(answer: string, { request }: Pick<ResponseContext, "request">): Buffer {
  return deflateRawSync(answer, { dictionary: Buffer.from(request) });
}

/** @param second the row of the long parts, if they are not in the first */
export function toContext(attributes: Row, second?: Row): ResponseContext {
  const row = fieldsOfRow(schema.transactions, attributes);
  const { branches: addresses, ...parts } = toLongParts(second ?? attributes);
  const progress = readStrings(row, "branches");
  if (progress.length !== addresses.length) throw mismatch(row, "branches", `of ${addresses.length} branches`);
  return {
    id: readString(row, "id"),
    version: readNumber(row, "version"),
    generation: readNumber(row, "generation"),
    ...parts,
    state: readWord(row, "state", ["proceeding", "accepted", "completed"]),
    ...optional(row, "provisional", toProvisional),
    ...optional(row, "final", (final, name) => readDeflated(final, name, parts.request)),
    ...optional(row, "unheard", toUnheard),
    ...optional(row, "call", toCall),
    ...optional(row, "watched", readStringSet),
    isCancelled: readBoolean(row, "isCancelled"),
    ...optional(row, "cancelReason", readString),
    branches: addresses.map((address, index) => toBranch(row, address, progress[index])),
    epoch: readNumber(row, "epoch"),
    ringsUntil: readNumber(row, "ringsUntil"),
    ...optional(row, "turnEndsAt", readNumber),
    expiresAt: readNumber(row, "expiresAt"),
    ...optional(row, "longParts", readString),
  };
}

function toBranch(row: Fields, address: BranchAddress, text = ""): ClientBranch {
  const progress = toProgress(text);
  if (progress === undefined) throw mismatch(row, "branches", "a list of branches");
  return { ...address, ...progress };
}

function toProvisional(row: Fields, name: string): Provisional {
  const answer = readMap(row, name);
  return {
    status: readNumber(answer, "status"),
    reason: readString(answer, "reason"),
    to: readString(answer, "to"),
    ...optional(answer, "at", readNumber),
  };
}

function toUnheard(row: Fields, name: string): NonNullable<ResponseContext["unheard"]> {
  const unheard = readMap(row, name);
  return {
    ...optional(unheard, "response", readString),
    since: readNumber(unheard, "since"),
    isSent: readBoolean(unheard, "isSent"),
  };
}
