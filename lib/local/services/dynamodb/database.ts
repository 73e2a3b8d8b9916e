// dynalite, embedded: its actions are called as its request listener calls them, without HTTP and without JSON in between.
import { createRequire } from "node:module";
import { type ApiError, create, type Store } from "dynalite/db/index.js";
import { checkTypes, checkValidations } from "dynalite/validations/index.js";
import type { JsonObject } from "../../json.ts";

export interface DatabaseAnswer {
  readonly status: number;
  readonly body: JsonObject;
}

export interface Database {
  /** Carries out one operation of the DynamoDB API. */
  call(operation: string, input: JsonObject): Promise<DatabaseAnswer>;
  close(): Promise<void>;
}

/** One operation of dynalite: the rules for its input, and its work. */
interface Operation {
  readonly rules: { readonly types: object; readonly custom?: object };
  readonly act: (store: Store, input: object, done: (error: ApiError | Error | null, body: JsonObject) => void) => void;
}

/** Opens the database, in memory or in a folder. */
export function openDatabase(folder: string | undefined): Database {
  const timing = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  const store = create(folder === undefined ? timing : { ...timing, path: folder });

  /** Requests under way. dynalite throws outside of any request when it finds its store closed. */
  const running = new Set<Promise<DatabaseAnswer>>();

  const call = (name: string, input: JsonObject): Promise<DatabaseAnswer> =>
    new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        if (isApiError(error)) resolve({ status: error.statusCode, body: error.body });
        else reject(error);
      };
      const operation = operations.get(name);
      if (operation === undefined) return resolve(UNKNOWN);
      const { rules, act } = operation;
      try {
        const checked = checkTypes({ ...input }, rules.types); // it removes properties that it does not know
        checkValidations(checked, rules.types, rules.custom, store);
        act(store, checked, (error, body) => (error ? fail(error) : resolve({ status: 200, body })));
      } catch (error) {
        fail(error);
      }
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
      while (running.size > 0) await Promise.allSettled(running);
      await new Promise<void>((resolve, reject) => {
        store.lifecycleManager.gracefulClose((error) => (error ? reject(error) : resolve()));
      });
    },
  };
}

/** Those that dynalite has. */
const names = [
  "BatchGetItem BatchWriteItem CreateTable DeleteItem DeleteTable DescribeTable DescribeTimeToLive GetItem ListTables",
  "ListTagsOfResource PutItem Query Scan TagResource UntagResource UpdateItem UpdateTable",
].flatMap((line) => line.split(" "));

const require = createRequire(import.meta.url);
const operations: ReadonlyMap<string, Operation> = new Map(
  names.map((name) => {
    const file = `${name.charAt(0).toLowerCase()}${name.slice(1)}.js`;
    return [name, { rules: require(`dynalite/validations/${file}`), act: require(`dynalite/actions/${file}`) }];
  }),
);

const UNKNOWN: DatabaseAnswer = {
  status: 400,
  body: { __type: "com.amazon.coral.service#UnknownOperationException" },
};

/** An error that DynamoDB has too; any other is a fault of dynalite. */
function isApiError(error: unknown): error is ApiError {
  return typeof error === "object" && error !== null && "statusCode" in error;
}
