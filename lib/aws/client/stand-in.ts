// The services in place of the network, for a rehearsal: rows in a map, conditions always met, and of each connection the
// last message that was posted to it. So a rehearsal takes the way of a real call up to the socket.
import { hash } from "node:crypto";
import type { Exchange } from "./transport.ts";

export interface StandIn {
  readonly send: Exchange;
  /** The last message for a connection. */
  posted(connectionId: string): string | undefined;
  /** The timer that was set last. */
  timer(): string | undefined;
}

interface Call {
  readonly TableName: string;
  readonly Item: Readonly<Record<string, { readonly S?: string }>>;
  readonly RequestItems: Readonly<
    Record<string, { readonly Keys: readonly Readonly<Record<string, { readonly S: string }>>[] }>
  >;
  readonly MessageBody: string;
}

/** @param keyOf name of a table's key attribute */
export function standIn(keyOf: (table: string) => string): StandIn {
  const rows = new Map<string, object>();
  const posts = new Map<string, string>();
  let timer: string | undefined;

  function answer(operation: string, { TableName, Item, RequestItems, MessageBody }: Call): object {
    switch (operation) {
      case "PutItem":
        rows.set(`${TableName} ${Item[keyOf(TableName)]?.S}`, Item);
        return {};
      case "BatchGetItem":
        return {
          Responses: Object.fromEntries(
            Object.entries(RequestItems).map(([table, { Keys }]) => [
              table,
              Keys.flatMap((key) => rows.get(`${table} ${key[keyOf(table)]?.S}`) ?? []),
            ]),
          ),
        };
      case "SendMessage":
        timer = MessageBody;
        return { MD5OfMessageBody: hash("md5", MessageBody, "hex") };
      default:
        return {};
    }
  }

  return {
    send({ headers, path, body }) {
      const [, operation] = headers["x-amz-target"]?.split(".") ?? [];
      if (operation === undefined) posts.set(decodeURIComponent(path.split("/").at(-1) ?? ""), String(body));
      const text = operation === undefined ? "" : JSON.stringify(answer(operation, JSON.parse(String(body))));
      return Promise.resolve({ status: 200, headers: {}, body: Buffer.from(text) });
    },
    posted: (connectionId) => posts.get(connectionId),
    timer: () => timer,
  };
}
