// What a flow answered last: one attribute of its row, because the rest may be somebody else's to write at the moment.
import type { Change } from "../../sip/state/change.ts";
import type { Tables } from "../client/dynamodb.ts";

type AnswerChange = Extract<Change, { readonly kind: "answer" }>;

/** The condition makes it exact: of two requests with one count, one is stored and the other decided anew. */
export async function putAnswer(
  db: Tables,
  table: string,
  { flow, answer, read }: AnswerChange,
): Promise<"committed" | "conflict"> {
  const isStill =
    read === undefined
      ? "attribute_exists(#flow) AND attribute_not_exists(#answered)"
      : "#answered.#nonce = :nonce AND #answered.#count = :count";
  const names =
    read === undefined
      ? { "#answered": "answered", "#flow": "flow" }
      : { "#answered": "answered", "#nonce": "nonce", "#count": "count" };
  const { kind } = await db.updateIf(
    table,
    { flow },
    {
      update: "SET #answered = :answer",
      condition: isStill,
      names,
      values: { ":answer": answer, ...(read !== undefined && { ":nonce": read.nonce, ":count": read.count }) },
    },
  );
  // A request that the client repeats because its answer got lost ends here too, and is known again when read.
  return kind === "stored" ? "committed" : "conflict";
}
