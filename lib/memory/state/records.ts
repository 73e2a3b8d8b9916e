// The stored records and the changes of them. A new record adds a line to each.
import type { Change } from "../../sip/state/change.ts";
import { putContactOwner } from "./contact-owner.ts";
import { putDigest, putFlow, removeFlow } from "./flow.ts";
import { putKeptResponse } from "./kept-response.ts";
import { countFailure } from "./login-failures.ts";
import { putLoginHistory } from "./login-history.ts";
import type { Rows, Write } from "./record.ts";
import { putRegistration } from "./registration.ts";
import { putBranch, putContext } from "./response-context.ts";

export function noRows(): Rows {
  return {
    flows: new Map(),
    contactOwners: new Map(),
    registrations: new Map(),
    subscribers: new Map(),
    contexts: new Map(),
    keptResponses: new Map(),
    loginFailures: new Map(),
    loginHistories: new Map(),
  };
}

export const writes: { readonly [Kind in Change["kind"]]: Write<Kind> } = {
  registration: putRegistration,
  context: putContext,
  branch: putBranch,
  "kept response": putKeptResponse,
  flow: putFlow,
  "flow gone": removeFlow,
  digest: putDigest,
  "contact owner": putContactOwner,
  "failed login": countFailure,
  "login history": putLoginHistory,
};
