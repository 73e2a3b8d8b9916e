// Stands in for `@smithy/node-http-handler` in the bundles: the clients are given the handler of
// `lib/aws/client/request-handler.ts`, whose answers are whole, and never make the SDK's own.

export const NodeHttpHandler = {
  create: <Handler>(handler: Handler): Handler => handler,
};

export function streamCollector(): never {
  throw new Error("streams are not part of this bundle");
}
