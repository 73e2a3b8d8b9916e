// Stored rows and the tokens of phones hold these hashes: other ones would lose calls, messages and locks at an update.
import { createSecretKey } from "node:crypto";
import { expect, test } from "@jest/globals";
import { listId } from "../../../lib/sip/events/list.ts";
import { subscriptionId } from "../../../lib/sip/events/subscription-dialog.ts";
import { sessionTag } from "../../../lib/sip/http-callee/session-records.ts";
import { flowCounter } from "../../../lib/sip/limits/lockout.ts";
import { temporaryGruu } from "../../../lib/sip/location/gruu.ts";
import { withTried } from "../../../lib/sip/messaging/entry.ts";
import { topicOf } from "../../../lib/sip/proxy/push-notice.ts";
import { replacedCallIds } from "../../../lib/sip/registrar/superseded.ts";
import { httpCallsKey } from "../../../lib/sip/state/http-calls.ts";
import { deviceOf } from "../../../lib/sip/state/registration.ts";
import { readLeniently } from "../../../lib/sip/syntax/leniency.ts";
import { defaultLimits } from "../../../lib/sip/syntax/limits.ts";
import { parseMessage } from "../../../lib/sip/syntax/parse.ts";
import { callHashOf, dialogHashOf, receiverOf, senderOf } from "../../../lib/sip/tokens/dialog-token.ts";
import { toPurr } from "../../../lib/sip/tokens/purr.ts";
import { toSealedTag } from "../../../lib/sip/tokens/sealed-tag.ts";
import { transactionId } from "../../../lib/sip/transaction/transaction-id.ts";

const INVITE = [
  "INVITE sip:bob@example.com SIP/2.0",
  "Via: SIP/2.0/WSS a.invalid;branch=z9hG4bK1",
  "Max-Forwards: 70",
  "From: <sip:alice@example.com>;tag=1",
  "To: <sip:bob@example.com>",
  "Call-ID: call",
  "CSeq: 7 INVITE",
  "Content-Length: 0",
  "\r\n",
].join("\r\n");

const alice = "sip:alice@example.com";
const keys = { current: createSecretKey(Buffer.alloc(32, 1)) };

test("hashes of calls, devices, messages, locks and subscriptions stay those that are stored", () => {
  const parsed = parseMessage(INVITE, defaultLimits);
  const read = parsed.ok ? readLeniently(parsed.message) : undefined;
  if (read?.ok !== true || read.message.kind !== "request") throw new Error("not read");
  const { essentials, message } = read;
  const [from, to] = [senderOf(essentials), receiverOf(essentials)];
  const old = { contact: "sip:x@y.invalid", flow: "A", q: 1, registeredAt: 0, expiresAt: 1, callId: "old", cseq: 1 };

  expect({
    transaction: transactionId({ message, essentials, flow: "A" }, "INVITE"),
    dialog: [dialogHashOf(essentials, from, to), callHashOf(essentials, from)],
    sealedTag: toSealedTag("tag", "call", [alice], keys),
    purr: toPurr(alice, "device", "random", keys),
    gruu: temporaryGruu(alice, { ...old, callId: "call" }, "example.com", "random", keys),
    device: deviceOf({ contact: "sip:x@y.invalid" }),
    httpCalls: httpCallsKey(alice),
    list: listId("sip:list@example.com"),
    subscription: subscriptionId(essentials, "local", "id"),
    session: sessionTag({ context: "context", index: 1 }),
    topic: topicOf("call"),
    counter: flowCounter("A").key,
    tried: withTried({ entries: ["id sender"], storedAt: 0, until: 0 }, ["id"], "A").entries,
    replaced: replacedCallIds([old], { flow: "B", callId: "new", now: 0 }),
  }).toEqual({
    transaction: "iXmfZrLIzWDfv8IF3zhOOH",
    dialog: ["hiwvImBDPbu_FHAk", "SPnaNUz2ycq7UBSZ"],
    sealedTag: "rFKYbpYkRGaePC_Im2z7_efV3qf3PB0mzuw3cFE2rc8IuEpf2N1eVzz-5pQ7JzeGa2usJeulf4oDmKD1BOqvSJ4",
    purr: "fGltl8APwF8f5CVgntUuuw4wtJHnb5K7ceU8gnrWxQ0MMszXrfNclWBPRb8XiGnTe71E",
    gruu: "sip:tgruu.qP1CbBGLWqACzWLV2i5gNUNeFbWSNwzFHcLPNmf-cChDvF0FCrlb9uKrP4x9W1XoueQw986Uwuape_fBliIU3PBu@example.com;gr",
    device: "contact:O16b7VkjzEtIv5yw",
    httpCalls: "yqT413Dg7uNsdGW2STPBw4",
    list: "abuon8HWbc7MDlscZEsL9a",
    subscription: "-iF97Mq6yPGIuYo6bt_Q_y",
    session: "S8VlfKPHVfIidCpu_z2Ri9",
    topic: "fts2DwasrvLMgNuhbPVj8ZnTR9tEQ9oE",
    counter: "flow.VZrq0IJk1XldOQlxjN0Fq9",
    tried: ["id sender VZrq0I"],
    replaced: ["y6BrVzb6"],
  });
});
