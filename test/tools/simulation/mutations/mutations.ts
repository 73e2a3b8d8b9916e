// What could be broken in the code that keeps an invariant, and which invariant must notice. Each is an edit of the text
// of one file, made while a mutant is bundled; the tree is never touched.
import type { InvariantName } from "../invariants/invariants.ts";

export interface Mutation {
  /** What the mutant does wrong. */
  readonly name: string;
  /** Within `lib`. */
  readonly file: string;
  /** Each text stands exactly once in the file. */
  readonly edits: readonly (readonly [find: string, replace: string])[];
  readonly breaks: InvariantName;
  /** As for `--weather`. */
  readonly weather: string;
  /** Where it was noticed before, if that is rare: tried first. */
  readonly seed?: number;
}

const SIGNALING = "signaling/signaling.ts";
const TIMER = "sip/proxy/timers.ts";
const PROGRESS = "sip/proxy/advance-branch.ts";
const INVITE_CLIENT = "sip/transaction/invite-client.ts";
const UNDELIVERED = "sip/proxy/undelivered.ts";

export const mutations: readonly Mutation[] = [
  {
    name: "emits before it commits",
    file: SIGNALING,
    edits: [
      [
        'if ((await store(outcome)) === "conflict") {',
        'const early = emit(outcome.sends, event, waking, depth);\nif ((await store(outcome)) === "conflict") {',
      ],
      ["emit(outcome.sends, event, waking, depth),\n        ...", "early,\n        ..."],
    ],
    breaks: "nothing is visible before it is stored",
    weather: "calm",
  },
  {
    name: "ignores a conflict",
    file: SIGNALING,
    edits: [['(await store(outcome)) === "conflict"', '(await store(outcome)) === "never"']],
    breaks: "nothing is visible before it is stored",
    weather: "reordered",
  },
  {
    name: "sets its timers beside the state",
    file: SIGNALING,
    edits: [
      ["if (!isNew) await ports.setTimers(timers);", ""],
      ["isNew ? ports.setTimers(timers) : undefined", "ports.setTimers(timers)"],
    ],
    breaks: "every INVITE ends",
    weather: "deaths,dies=0.03",
  },
  {
    name: "sets no timer",
    file: SIGNALING,
    edits: [
      ["if (!isNew) await ports.setTimers(timers);", ""],
      ["isNew ? ports.setTimers(timers) : undefined", "undefined"],
    ],
    breaks: "no phone rings on",
    weather: "calm",
  },
  {
    name: "leaves superseded connections open",
    file: SIGNALING,
    edits: [["...(outcome.closes ?? []).map((flow) => ports.close(flow)),", ""]],
    breaks: "a phone is in one place",
    weather: "drops",
  },
  {
    name: "does not look where a phone went",
    file: SIGNALING,
    edits: [['if (result === "delivered" || depth === MAX_DEPTH) continue;', "continue;"]],
    breaks: "dialogs survive",
    weather: "drops",
  },
  {
    name: "honours stale epochs",
    file: TIMER,
    edits: [['if (context.epoch > timer.epoch) return nothing("stale timer");', ""]],
    breaks: "timers are few",
    weather: "timers,twinTimer=1,doubleTimer=1",
  },
  {
    name: "takes an early timer for a stale one",
    file: TIMER,
    edits: [["return comeAgain(timer);", 'return nothing("stale timer");']],
    breaks: "every INVITE ends",
    weather: "reordered,slow=0.3,skew=2",
    seed: 135,
  },
  {
    name: "looks into a context that is not there yet",
    file: TIMER,
    edits: [["context === undefined || context.epoch < timer.epoch", "context!.epoch < timer.epoch"]],
    breaks: "nothing throws",
    weather: "deaths",
  },
  {
    name: "does not repeat a refusal at the timer",
    file: TIMER,
    edits: [["isInvite(context) ? finalAgain(context) : []", "isInvite(context) ? [] : []"]],
    breaks: "every INVITE ends",
    weather: "deaths,dies=0.03",
  },
  {
    name: "does not repeat a CANCEL at the timer",
    file: TIMER,
    edits: [['cancel === "sent" && (state', "false && (state"]],
    breaks: "no phone rings on",
    weather: "deaths,dies=0.03",
    seed: 30,
  },
  {
    name: "does not ask whether the caller vanished",
    file: TIMER,
    edits: [["(await hasVanished(context.caller, world))", "false"]],
    breaks: "no phone rings on",
    weather: "calm,dropAtMessage=0.1",
  },
  {
    name: "rings nobody again",
    file: TIMER,
    edits: [["await ringReturned(asked, timer.message, world)", "asked"]],
    breaks: "who comes back is rung again",
    weather: "drops",
  },
  {
    name: "has no timer C",
    file: TIMER,
    edits: [["secondsLeft(context, world) === 0", "false"]],
    breaks: "every INVITE ends",
    weather: "calm",
  },
  {
    name: "looks every second",
    file: TIMER,
    edits: [["TIMEOUT_SECONDS * epoch", "1"]],
    breaks: "timers are few",
    weather: "drops",
    seed: 30,
  },
  {
    name: "sends CANCEL to a phone that has not said a word",
    file: INVITE_CLIENT,
    edits: [['cancel: ["calling", "hold cancel"]', 'cancel: ["calling", "send cancel"]']],
    breaks: "no CANCEL before a provisional",
    weather: "calm",
  },
  {
    name: "acknowledges no refusal of a phone that rang",
    file: INVITE_CLIENT,
    edits: [
      [
        '"2xx": ["accepted", "pass up"],\n    "3xx-6xx": ["completed", "send ack", "pass up"],\n    cancel: ["proceeding"',
        '"2xx": ["accepted", "pass up"],\n    "3xx-6xx": ["completed", "pass up"],\n    cancel: ["proceeding"',
      ],
    ],
    breaks: "every refusal is acknowledged",
    weather: "calm",
  },
  {
    name: "absorbs a repeated 2xx",
    file: INVITE_CLIENT,
    edits: [['accepted: { "2xx": ["accepted", "pass up"] }', "accepted: {}"]],
    breaks: "every answer is acknowledged",
    weather: "deaths,dies=0.03",
  },
  {
    name: "lets a phone ring that wakes up after the end",
    file: INVITE_CLIENT,
    edits: [['"1xx": ["terminated", "send cancel"]', '"1xx": ["terminated"]']],
    breaks: "no phone rings on",
    weather: "calm",
    seed: 40,
  },
  {
    name: "remembers a refusal although the call was answered after it",
    file: "sip/transaction/invite-server.ts",
    edits: [['"user 2xx": ["accepted", "send"], // §16.7', '"user 2xx": ["completed", "send"], // §16.7']],
    breaks: "one final answer",
    weather: "deaths,dies=0.03,doubleTimer=1",
    seed: 148,
  },
  {
    name: "passes the first refusal on while others ring",
    file: PROGRESS,
    edits: [["|| context.branches.some(isPending)) return progress;", ") return progress;"]],
    breaks: "one final answer",
    weather: "calm",
  },
  {
    name: "lets the losers ring when one has answered",
    file: PROGRESS,
    edits: [
      [
        'return cancelPending(toCaller(answered, "user 2xx", response), world);',
        'return toCaller(answered, "user 2xx", response);',
      ],
    ],
    breaks: "no phone rings on",
    weather: "calm",
  },
  {
    name: "cancels anew with every 2xx",
    file: PROGRESS,
    edits: [["if (isPending(branch) && branch.cancel === undefined)", "if (isPending(branch))"]],
    breaks: "no request is delivered twice",
    weather: "reordered",
  },
  {
    name: "lets a row end before its second group has rung",
    file: "sip/proxy/start-group.ts",
    edits: [["Math.max(context.expiresAt, ringsUntil + 3 * TIMEOUT_SECONDS)", "context.expiresAt"]],
    breaks: "state ends with its call",
    weather: "calm",
  },
  {
    name: "keeps a row for days",
    file: "sip/proxy/response-context.ts",
    edits: [["now + ringSeconds + 3 * TIMEOUT_SECONDS", "now + ringSeconds + 3000 * TIMEOUT_SECONDS"]],
    breaks: "state ends with its call",
    weather: "calm",
  },
  {
    name: "rings whom a 302 names although that phone rings already",
    file: "sip/proxy/alternatives.ts",
    edits: [["filter(({ uri }) => !known.has(uri))", "filter(() => true)"]],
    breaks: "a phone rings once at a time",
    weather: "calm",
  },
  {
    name: "takes an answer from anybody",
    file: "sip/proxy/process-response.ts",
    edits: [["if (!isSameDevice(sender, branch.target))", "if (false)"]],
    breaks: "nothing reaches a third party",
    weather: "calm",
  },
  {
    name: "takes a request in a dialog from anybody",
    file: "sip/proxy/stateless.ts",
    edits: [["return isSameDevice(sender, callee) ? caller : undefined;", "return caller;"]],
    breaks: "nothing reaches a third party",
    weather: "calm",
  },
  {
    name: "takes a CANCEL from anybody",
    file: "sip/proxy/process-cancel.ts",
    edits: [["if (context.caller.flow !== flow && !isSameDevice(", "if (false && !isSameDevice("]],
    breaks: "nothing reaches a third party",
    weather: "calm",
  },
  {
    name: "registers anybody for anybody",
    file: "sip/registrar/registrar.ts",
    edits: [["who.identity !== aor || !mayUseFrom(who.identity, essentials.from.uri, world)", "false"]],
    breaks: "nothing reaches a third party",
    weather: "calm",
  },
  {
    name: "calls in any name",
    file: "sip/auth/from.ts",
    edits: [['if (from.kind !== "sip") return false;', 'if (from.kind === "sip") return true;']],
    breaks: "nothing reaches a third party",
    weather: "calm",
  },
  {
    name: "does not know a phone on its next connection",
    file: "sip/transport/endpoint.ts",
    edits: [["return a.aor !== undefined &&", "return false && a.aor !== undefined &&"]],
    breaks: "dialogs survive",
    weather: "drops",
  },
  {
    name: "keeps a binding that a post found dead",
    file: UNDELIVERED,
    edits: [["isBound ? [registrationChange(registration, remaining, world.now)] : [];", "[];"]],
    breaks: "no ghost binding",
    weather: "drops",
  },
  {
    name: "forgets a flow before its bindings",
    file: "sip/world.ts",
    edits: [['return kind === "flow gone";', "return false;"]],
    breaks: "no ghost binding",
    weather: "drops,conflict=0.3",
  },
  {
    name: "does not send again where the phone is now",
    file: UNDELIVERED,
    edits: [["back === undefined ?", "true ?"]],
    breaks: "dialogs survive",
    weather: "drops",
  },
  {
    name: "forgets where it sent an INVITE again",
    file: UNDELIVERED,
    edits: [["if (send.branch === undefined) return again;", "return again;"]],
    breaks: "a phone rings once at a time",
    weather: "drops,drops=1",
    seed: 156,
  },
  {
    name: "lets a late REGISTER undo a newer one",
    file: "sip/registrar/bindings.ts",
    edits: [["return binding.callId === by.callId && by.cseq <= binding.cseq;", "return false;"]],
    breaks: "who is registered is bound",
    weather: "reordered,drops=0.8,dropAtMessage=0.03",
  },
  {
    name: "writes a registration over another's",
    file: "memory/memory-state.ts",
    edits: [["(registrations.get(change.registration.aor)?.version ?? 0) === change.registration.version", "true"]],
    breaks: "who is registered is bound",
    weather: "reordered",
  },
];
