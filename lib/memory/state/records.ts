// The stored records and the changes of them. A new record adds a line to each.
import type { Change } from "../../sip/state/change.ts";
import { putContactOwner } from "./contact-owner.ts";
import { addCall, putDigest, putFlow, removeCall, closeFlow, watchFlow } from "./flow.ts";
import { putHttpCalls } from "./http-calls.ts";
import { addHttpSession, putHttpSession } from "./http-session.ts";
import { putKeptResponse } from "./kept-response.ts";
import { countFailure } from "./login-failures.ts";
import { putLoginHistory } from "./login-history.ts";
import type { Rows, Write } from "./record.ts";
import { putRegistration } from "./registration.ts";
import { putOwnSettings } from "./subscriber.ts";
import { joinResource, putResourceState } from "./resource-state.ts";
import { endCall, putBranch, putContext, watchCall } from "./response-context.ts";
import { putMessage, removeMessage } from "./stored-message.ts";
import { askSubscription, noteAnswer, putSubscription, removeSubscription } from "./subscription.ts";

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
    storedMessages: new Map(),
    resourceStates: new Map(),
    subscriptions: new Map(),
    watchings: new Map(),
    httpSessions: new Map(),
    httpCalls: new Map(),
  };
}

export const writes: { readonly [Kind in Change["kind"]]: Write<Kind> } = {
  registration: putRegistration,
  context: putContext,
  branch: putBranch,
  "call watched": watchCall,
  "call ended": endCall,
  "kept response": putKeptResponse,
  flow: putFlow,
  "flow gone": closeFlow,
  "flow call": addCall,
  "flow watched": watchFlow,
  "flow call over": removeCall,
  digest: putDigest,
  "contact owner": putContactOwner,
  "failed login": countFailure,
  "login history": putLoginHistory,
  "own settings": putOwnSettings,
  message: putMessage,
  "message gone": removeMessage,
  subscription: putSubscription,
  "subscription asked": askSubscription,
  "subscription answered": noteAnswer,
  "subscription over": removeSubscription,
  "resource state": putResourceState,
  "resource joined": joinResource,
  "new http session": addHttpSession,
  "http session": putHttpSession,
  "http calls": putHttpCalls,
};
