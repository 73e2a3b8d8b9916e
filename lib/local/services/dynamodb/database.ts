// dynalite, embedded. Its request handler is called directly, without a second HTTP round trip in the same process. It
// listens on a port nevertheless, because a dynalite that does not listen cannot be closed.
import { EventEmitter, once } from "node:events";
import dynalite from "dynalite";
import { type JsonObject, parseObject } from "../../json.ts";

export interface DatabaseAnswer {
  readonly status: number;
  readonly body: JsonObject;
}

export interface Database {
  /** Carries out one operation of the DynamoDB API. */
  call(operation: string, input: JsonObject): Promise<DatabaseAnswer>;
  close(): Promise<void>;
}

/** Opens the database, in memory or in a folder. */
export async function openDatabase(folder: string | undefined): Promise<Database> {
  const timing = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  const server = dynalite(folder === undefined ? timing : { ...timing, path: folder });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  /** Requests under way. dynalite throws outside of any request when it finds its store closed. */
  const running = new Set<Promise<DatabaseAnswer>>();

  const call: Database["call"] = (operation, input) =>
    new Promise((resolve) => {
      const request = Object.assign(new EventEmitter(), {
        method: "POST",
        url: "/",
        headers: { ...headers, "x-amz-target": `DynamoDB_20120810.${operation}` },
      });
      const response = {
        statusCode: 200,
        setHeader: () => response,
        end: (body = "{}") => resolve({ status: response.statusCode, body: parseObject(body) ?? {} }),
      };
      server.emit("request", request, response);
      request.emit("data", Buffer.from(JSON.stringify(input)));
      request.emit("end");
    });

  return {
    async call(operation, input) {
      const answer = call(operation, input);
      running.add(answer);
      try {
        return await answer;
      } finally {
        running.delete(answer);
      }
    },
    async close() {
      while (running.size > 0) await Promise.all(running);
      await new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
    },
  };
}

/** The endpoint has checked the signature; dynalite only requires that there is one. */
const headers = {
  "content-type": "application/x-amz-json-1.0",
  "x-amz-date": "20260101T000000Z",
  authorization: "AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=local",
};
