// The stored records and their changes. A new record adds a line to each list.
import type { Change } from "../../sip/state/change.ts";
import type { RecordKind } from "../../sip/state/snapshot.ts";
import { endCall, watchCall } from "./call.ts";
import { contactOwnerRecord, putContactOwner } from "./contact-owner.ts";
import { addCall, flowStored, putDigest, putFlow, removeCall, closeFlow, watchFlow } from "./flow.ts";
import { httpCallsRecord, putHttpCalls } from "./http-calls.ts";
import { addHttpSession, httpSessionRecord, putHttpSession } from "./http-session.ts";
import { keptResponseRecord, putKeptResponse } from "./kept-response.ts";
import { countFailure, loginFailuresRecord } from "./login-failures.ts";
import { loginHistoryRecord, putLoginHistory } from "./login-history.ts";
import type { StoredRecord, Write } from "./record.ts";
import { putRegistration, registrationRecord } from "./registration.ts";
import { putBranch, putContext, responseContextRecord } from "./response-context.ts";
import type { TableName } from "./schema.ts";
import { putMessage, removeMessage, storedMessageRecord } from "./stored-message.ts";
import { joinResource, putResourceState, resourceStateRecord } from "./resource-state.ts";
import { putOwnSettings, subscriberRecord } from "./subscriber.ts";
import {
  askSubscription,
  noteAnswer,
  putSubscription,
  removeSubscription,
  subscriptionRecord,
} from "./subscription.ts";
import { watchingRecord } from "./watching.ts";

export const records: { readonly [Kind in RecordKind]: StoredRecord<Kind> } = {
  flows: flowStored,
  contactOwners: contactOwnerRecord,
  registrations: registrationRecord,
  subscribers: subscriberRecord,
  contexts: responseContextRecord,
  keptResponses: keptResponseRecord,
  loginFailures: loginFailuresRecord,
  loginHistories: loginHistoryRecord,
  storedMessages: storedMessageRecord,
  resourceStates: resourceStateRecord,
  subscriptions: subscriptionRecord,
  watchings: watchingRecord,
  httpSessions: httpSessionRecord,
  httpCalls: httpCallsRecord,
};

export const writes: {
  readonly [Kind in Change["kind"]]: { readonly table: TableName; readonly write: Write<Kind> };
} = {
  registration: { table: "registrations", write: putRegistration },
  context: { table: "transactions", write: putContext },
  branch: { table: "transactions", write: putBranch },
  "call watched": { table: "transactions", write: watchCall },
  "call ended": { table: "transactions", write: endCall },
  "kept response": { table: "transactions", write: putKeptResponse },
  flow: { table: "flows", write: putFlow },
  "flow gone": { table: "flows", write: closeFlow },
  "flow call": { table: "flows", write: addCall },
  "flow watched": { table: "flows", write: watchFlow },
  "flow call over": { table: "flows", write: removeCall },
  digest: { table: "flows", write: putDigest },
  "contact owner": { table: "flows", write: putContactOwner },
  "failed login": { table: "flows", write: countFailure },
  "login history": { table: "flows", write: putLoginHistory },
  "own settings": { table: "subscribers", write: putOwnSettings },
  message: { table: "messages", write: putMessage },
  "message gone": { table: "messages", write: removeMessage },
  subscription: { table: "events", write: putSubscription },
  "subscription asked": { table: "events", write: askSubscription },
  "subscription answered": { table: "events", write: noteAnswer },
  "subscription over": { table: "events", write: removeSubscription },
  "resource state": { table: "events", write: putResourceState },
  "resource joined": { table: "events", write: joinResource },
  "new http session": { table: "transactions", write: addHttpSession },
  "http session": { table: "transactions", write: putHttpSession },
  "http calls": { table: "transactions", write: putHttpCalls },
};
