declare module "dynalite/db/index.js" {
  interface StoreOptions {
    /** Folder of the data; in memory without it. */
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }

  export interface Store {
    readonly lifecycleManager: { gracefulClose(done: (error: Error | null) => void): void };
  }

  export interface ApiError extends Error {
    readonly statusCode: number;
    readonly body: Readonly<Record<string, string>>;
  }

  export function create(options: StoreOptions): Store;

  /** Bytes of an item in DynamoDB's JSON. */
  export function itemSize(item: object): number;
}

declare module "dynalite/validations/index.js" {
  import type { Store } from "dynalite/db/index.js";

  /** The input with the properties that an operation knows. Throws an ApiError. */
  export function checkTypes(input: object, types: object): object;
  /** Throws an ApiError. */
  export function checkValidations(input: object, types: object, custom: object | undefined, store: Store): void;
}
