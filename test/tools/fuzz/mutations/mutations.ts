// Mutants of the code that the oracles watch, each with the oracle that must find it.
import { createSignaling } from "../../../../lib/signaling/signaling.ts";
import { isRightResponse } from "../../../../lib/sip/auth/digest.ts";
import { withAssertedIdentity } from "../../../../lib/sip/proxy/asserted-identity.ts";
import { leanText } from "../../../../lib/sip/proxy/lean-response.ts";
import { processCancel } from "../../../../lib/sip/proxy/process-cancel.ts";
import { processResponse } from "../../../../lib/sip/proxy/process-response.ts";
import { proxyRequest } from "../../../../lib/sip/proxy/proxy.ts";
import { requestOf } from "../../../../lib/sip/proxy/response-context.ts";
import { ringNext } from "../../../../lib/sip/proxy/ring-targets.ts";
import { storedContext } from "../../../../lib/sip/state/snapshot.ts";
import { takeBody } from "../../../../lib/sip/syntax/body.ts";
import { parseCSeq } from "../../../../lib/sip/syntax/cseq.ts";
import { readEssentials } from "../../../../lib/sip/syntax/essentials.ts";
import { isLineEnd } from "../../../../lib/sip/syntax/lines.ts";
import { field, header, headers, type HeaderField, valueOf, withFields } from "../../../../lib/sip/syntax/message.ts";
import { splitList } from "../../../../lib/sip/syntax/scan.ts";
import { serialize } from "../../../../lib/sip/syntax/serialize.ts";
import { unseal } from "../../../../lib/sip/tokens/seal.ts";
import { branchOf } from "../../../../lib/sip/tokens/via-branch.ts";
import { answerStateless } from "../../../../lib/sip/uas/answer-stateless.ts";
import { refuseExtensions, supported } from "../../../../lib/sip/uas/option-tags.ts";
import { respond } from "../../../../lib/sip/uas/reply.ts";
import { type Edit, replacing, replacingMarked } from "../../../support/mutants/edit.ts";
import {
  bindsAnyAor,
  takesAnyCancel,
  takesAnyFrom,
  takesAnyRequestInDialog,
  takesAnyResponse,
} from "../../../support/mutants/strangers.ts";
import { withTimer } from "../../../../lib/sip/proxy/transition.ts";
import { nothing, type Outcome } from "../../../../lib/sip/outcome.ts";

export interface Mutation {
  /** The mistake of the mutant. */
  readonly name: string;
  readonly edit: Edit;
  readonly breaks: string;
  /** For a rare mistake: a story that has shown it, played first. */
  readonly seed?: number;
}

/** Whether the response is a refusal because the call does not exist. */
const saysNoCall = ({ effects }: Outcome): boolean =>
  effects.some(
    (effect) => effect.kind === "send" && effect.message.kind === "response" && effect.message.status === 481,
  );

const ofSyntax: readonly Mutation[] = [
  {
    name: "takes a line without a name for a field",
    edit: replacingMarked("repeated field", () => (from: HeaderField) => {
      return field(from.name, valueOf(from).replaceAll("\0", ""));
    }),
    breaks: "nothing throws",
  },
  {
    name: "resolves escapes in a To tag of its own",
    edit: replacing(respond, (original) => (request, refusal, tag) => {
      decodeURIComponent(header(request, "to") ?? "");
      return original(request, refusal, tag);
    }),
    breaks: "nothing throws",
    seed: 38,
  },
  {
    name: "takes any spelling of a token for its own",
    edit: replacing(unseal, (original) => (purpose, text, keys) => {
      return original(purpose, Buffer.from(text, "base64url").toString("base64url"), keys);
    }),
    breaks: "every sent text is SIP",
    seed: 555,
  },
  {
    name: "repeats option tags that are not tokens",
    edit: replacing(refuseExtensions, (original) => (request, name) => {
      const refusal = original(request, name);
      const tags = headers(request, name).flatMap(splitList);
      const unknown = tags.filter((tag) => tag !== "" && !supported.has(tag.toLowerCase()));
      return refusal && { ...refusal, fields: [field("Unsupported", unknown.join(", "))] };
    }),
    breaks: "every sent text is SIP",
    seed: 60,
  },
  {
    name: "counts characters for octets",
    edit: replacing(takeBody, (original) => (text, announced) => original(text, announced, ({ length }) => length)),
    breaks: "every sent text is SIP",
    seed: 184,
  },
  {
    name: "passes on a line without a field name",
    edit: replacing(readEssentials, (original) => (message) => {
      return original(
        withFields(
          message,
          message.fields.filter(({ name }) => name !== ""),
        ),
      );
    }),
    breaks: "every sent text is SIP",
    seed: 3,
  },
  {
    name: "leaves a bare line feed in place",
    edit: replacing(isLineEnd, () => (text, _start, cr) => cr >= 0 && text.charCodeAt(cr + 1) === 10),
    breaks: "every sent text is SIP",
    seed: 9,
  },
];

const ofParties: readonly Mutation[] = [
  {
    name: "takes a response from a stranger",
    edit: takesAnyResponse,
    breaks: "nothing reaches a third party",
    seed: 50,
  },
  {
    name: "takes a CANCEL from a stranger",
    edit: takesAnyCancel,
    breaks: "nothing reaches a third party",
    seed: 108,
  },
  {
    name: "takes a request within a dialog from a stranger",
    edit: takesAnyRequestInDialog,
    breaks: "nothing reaches a third party",
    seed: 136,
  },
  {
    name: "routes a request with a To tag by its address",
    edit: replacing(proxyRequest, (original) => async (arrival, world) => {
      const outcome = await original(arrival, world);
      const essentials = { ...arrival.essentials, toTag: undefined };
      return saysNoCall(outcome) ? original({ ...arrival, essentials }, world) : outcome;
    }),
    breaks: "nothing reaches a third party",
    seed: 95,
  },
  {
    name: "takes an answer from every phone that knows a token",
    edit: replacingMarked("was asked", () => () => true),
    breaks: "nothing reaches a third party",
    seed: 480,
  },
  {
    name: "accepts calls in any name",
    edit: takesAnyFrom,
    breaks: "nothing reaches a third party",
    seed: 45,
  },
  {
    name: "believes an identity that a phone asserts",
    edit: replacing(withAssertedIdentity, (original) => (request, identity, world) => {
      const isAsserted = headers(request, "p-asserted-identity").length > 0;
      return isAsserted ? request : original(request, identity, world);
    }),
    breaks: "nothing reaches a third party",
    seed: 9,
  },
  {
    name: "binds every AOR to a phone with a password",
    edit: bindsAnyAor,
    breaks: "no binding without proof",
    seed: 8,
  },
  {
    name: "accepts any digest as right",
    edit: replacing(isRightResponse, () => (_credentials, _method, secret) => secret !== undefined),
    breaks: "no binding without proof",
    seed: 5,
  },
];

const ofAnswers: readonly Mutation[] = [
  {
    name: "does not answer a CANCEL without an INVITE",
    edit: replacing(processCancel, (original) => async (arrival, world) => {
      const outcome = await original(arrival, world);
      return saysNoCall(outcome) ? nothing("nothing-to-cancel") : outcome;
    }),
    breaks: "one verdict for each request",
    seed: 9,
  },
  {
    name: "accepts any response on the right branch",
    edit: replacing(processResponse, (original) => async (arrival, world) => {
      const { essentials } = arrival;
      const place = branchOf(essentials.via, world.keys);
      const context = place && storedContext(await world.read({ contexts: [place.context] }), place.context);
      if (context === undefined) return original(arrival, world);
      const request = requestOf(context);
      const { number = 0 } = parseCSeq(header(request, "cseq") ?? "") ?? {};
      const expected = { callId: header(request, "call-id") ?? "", cseq: { ...essentials.cseq, number } };
      return original({ ...arrival, essentials: { ...essentials, ...expected } }, world);
    }),
    breaks: "one verdict for each request",
    seed: 61,
  },
  {
    name: "answers twice",
    edit: replacing(answerStateless, (original) => (arrival, refusal, world) => {
      const outcome = original(arrival, refusal, world);
      return { ...outcome, effects: outcome.effects.flatMap((effect) => [effect, { ...effect }]) };
    }),
    breaks: "one verdict for each request",
  },
  {
    name: "forgets the timer",
    edit: replacing(withTimer, (original) => (progress, delaySeconds, message) => {
      return { ...original(progress, delaySeconds, message), timers: [] };
    }),
    breaks: "one verdict for each request",
    seed: 5,
  },
];

const ofBounds: readonly Mutation[] = [
  {
    name: "posts each message twenty times",
    edit: replacing(createSignaling, (original) => (ports) => {
      const post: typeof ports.post = async (flow, text) => {
        for (let copy = 1; copy < 20; copy += 1) await ports.post(flow, text);
        return ports.post(flow, text);
      };
      return original({ ...ports, post });
    }),
    breaks: "work is bounded",
  },
  {
    name: "keeps every response in full",
    edit: replacing(leanText, () => serialize),
    breaks: "state is bounded",
    seed: 472,
  },
  {
    name: "lets a phone keep its row for a year",
    edit: replacing(ringNext, (original) => (progress, message, world) => {
      const started = original(progress, message, world);
      return { ...started, context: { ...started.context, expiresAt: world.now + 31_536_000 } };
    }),
    breaks: "state is bounded",
  },
];

export const mutations: readonly Mutation[] = [...ofSyntax, ...ofParties, ...ofAnswers, ...ofBounds];
