// The package web-push, in a file of its own beside the function's (`lib/cdk/bundle.ts`): deployments
// without push do not contain it; the others load it with the first push, not at the cold start.
import { createRequire } from "node:module";
import { WEB_PUSH_FILE } from "../environment.ts";
import type { WebPush } from "./send-push.ts";

export function loadWebPush(): WebPush {
  const loaded: WebPush = createRequire(import.meta.url)(`./${WEB_PUSH_FILE}`);
  return loaded;
}
