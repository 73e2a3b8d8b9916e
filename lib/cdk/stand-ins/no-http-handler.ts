// Stands in for `@smithy/node-http-handler` in the bundles: every client gets the handler of
// `lib/aws/client/request-handler.ts`, which returns whole bodies, so the SDK's handler is not needed.

export const NodeHttpHandler = {
  /** A client that is made without a handler fails as the function starts, not with its first request. */
  create: <Handler>(handler: Handler | undefined): Handler => {
    if (handler === undefined) throw new Error("a client of this bundle is made without a requestHandler");
    return handler;
  },
};

export function streamCollector(): never {
  throw new Error("streams are not part of this bundle");
}
