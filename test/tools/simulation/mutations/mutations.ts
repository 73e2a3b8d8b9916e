// Mutants of the code that keeps an invariant, each with the invariant that must find it.
import { createMemoryState } from "../../../../lib/memory/state/state.ts";
import { createSignaling } from "../../../../lib/signaling/signaling.ts";
import type { Effect } from "../../../../lib/sip/effect.ts";
import { endAgain } from "../../../../lib/sip/http-callee/end-session.ts";
import { freed, readSession } from "../../../../lib/sip/http-callee/session-records.ts";
import { httpSessionDue } from "../../../../lib/sip/http-callee/session-due.ts";
import { endpointAnswered } from "../../../../lib/sip/http-callee/answered.ts";
import { httpCallsOf } from "../../../../lib/sip/state/http-calls.ts";
import { targetsInTurn } from "../../../../lib/sip/proxy/group-order.ts";
import { recoverFlows } from "../../../../lib/sip/proxy/flow-recovery.ts";
import { conclude } from "../../../../lib/sip/proxy/conclude.ts";
import { newTargets, openContext, secondsLeft } from "../../../../lib/sip/proxy/response-context.ts";
import { processTransportError } from "../../../../lib/sip/proxy/transport-error.ts";
import { updateBindings } from "../../../../lib/sip/registrar/bindings.ts";
import { inviteClient } from "../../../../lib/sip/transaction/invite-client.ts";
import { inviteServer } from "../../../../lib/sip/transaction/invite-server.ts";
import { isSameDevice } from "../../../../lib/sip/transport/endpoint.ts";
import { emptySnapshot } from "../../../support/empty-snapshot.ts";
import { type Edit, replacing, replacingCell, replacingMarked } from "../../../support/mutants/edit.ts";
import {
  bindsAnyAor,
  takesAnyCancel,
  takesAnyFrom,
  takesAnyRequestInDialog,
  takesAnyResponse,
} from "../../../support/mutants/strangers.ts";
import type { InvariantName } from "../invariants/invariants.ts";
import type { Ports } from "../../../../lib/signaling/ports.ts";
import { advanceBranch } from "../../../../lib/sip/proxy/advance-branch.ts";
import { hangUp, sessionTimers } from "../../../../lib/sip/proxy/end-call.ts";
import { lastAway, leaveCalls, takeCalls } from "../../../../lib/sip/location/away-calls.ts";
import { releaseHeld } from "../../../../lib/sip/location/held-requests.ts";
import { holderOf } from "../../../../lib/sip/messaging/deliver-waiting.ts";
import { deliveryAnswered } from "../../../../lib/sip/messaging/delivery-answered.ts";
import { triedOnKnown, withTaken } from "../../../../lib/sip/messaging/entry.ts";
import { keepMessage } from "../../../../lib/sip/messaging/keep-message.ts";
import { hasVanished } from "../../../../lib/sip/location/reachability.ts";
import { type Transition, withTimer } from "../../../../lib/sip/proxy/transition.ts";
import type { World } from "../../../../lib/sip/world.ts";
import { transactionDue } from "../../../../lib/sip/proxy/timers.ts";
import { undelivered } from "../../../../lib/sip/proxy/undelivered.ts";
import { keepUnheard, repeatLater } from "../../../../lib/sip/proxy/unheard-answer.ts";
import { isPending, withCallEnded } from "../../../../lib/sip/state/response-context.ts";
import { endsOneOfSeveral } from "../../../../lib/sip/state/branch-change.ts";
import { deviceOf } from "../../../../lib/sip/state/registration.ts";
import { registrationOf, storedContext } from "../../../../lib/sip/state/snapshot.ts";
import { sleepingDevices, withoutAddress } from "../../../../lib/sip/location/sleeping-devices.ts";
import { callPush } from "../../../../lib/sip/proxy/call-push.ts";
import { messagePushes } from "../../../../lib/sip/proxy/message-push.ts";
import { pushDue } from "../../../../lib/sip/proxy/push-failed.ts";
import { textPushDue } from "../../../../lib/sip/proxy/text-push-again.ts";
import { refreshDue } from "../../../../lib/sip/proxy/refresh-push.ts";
import { joinWaitingCalls } from "../../../../lib/sip/proxy/waiting-calls.ts";
import type { Target } from "../../../../lib/sip/state/target.ts";
import { nothing } from "../../../../lib/sip/outcome.ts";

export interface Mutation {
  /** The mistake of the mutant. */
  readonly name: string;
  readonly edit: Edit;
  readonly breaks: InvariantName;
  /** As for `--weather`. */
  readonly weather: string;
  /** For a rare mistake: a seed that has shown it, tried first. */
  readonly seed?: number;
}

/** The signaling on altered ports. */
const withPorts = (change: (ports: Ports) => Partial<Ports>): Edit =>
  replacing(createSignaling, (original) => (ports) => original({ ...ports, ...change(ports) }));

function inTheFirstTurn(target: Target): Target {
  return { ...target, q: 1 };
}

const ofSignaling: readonly Mutation[] = [
  {
    name: "emits before it commits",
    edit: withPorts(({ commit }) => ({
      commit: (changes) => {
        void commit(changes).catch(() => undefined);
        return Promise.resolve("committed");
      },
    })),
    breaks: "nothing is visible before it is stored",
    weather: "calm",
  },
  {
    name: "ignores a conflict",
    edit: withPorts(({ commit }) => ({ commit: (changes) => commit(changes).then(() => "committed") })),
    breaks: "nothing is visible before it is stored",
    weather: "reordered",
  },
  {
    name: "gives all members of a group the first turn",
    edit: replacing(targetsInTurn, (original) => async (...of) => {
      const targets = await original(...of);
      return targets.map(inTheFirstTurn);
    }),
    breaks: "one member of a group rings at a time",
    weather: "calm",
  },
  {
    name: "lets each member of a group ring as long as a call may ring",
    edit: replacing(
      secondsLeft,
      (original) =>
        ({ turnEndsAt: _end, ...context }, world) =>
          original(context, world),
    ),
    breaks: "every turn of a group ends",
    weather: "calm",
    seed: 16,
  },
  {
    name: "does not wait for its timers to be set",
    edit: withPorts(({ setTimers }) => ({
      setTimers: (timers) => {
        void setTimers(timers).catch(() => undefined);
        return Promise.resolve();
      },
    })),
    breaks: "every INVITE ends",
    weather: "deaths,dies=0.03",
    seed: 12,
  },
  {
    name: "sets no timer",
    edit: withPorts(() => ({ setTimers: () => Promise.resolve() })),
    breaks: "no phone rings on",
    weather: "calm",
    seed: 12,
  },
  {
    name: "leaves superseded connections open",
    edit: withPorts(() => ({ close: () => Promise.resolve() })),
    breaks: "a phone is in one place",
    weather: "drops",
  },
  {
    name: "takes every message for delivered",
    edit: withPorts(({ post }) => ({ post: (flow, text) => post(flow, text).then(() => "delivered") })),
    breaks: "dialogs survive",
    weather: "drops",
    seed: 5,
  },
];

/** Gives an old timer the epoch of its context. */
const honoursStaleEpochs = replacing(transactionDue, (original) => async (timer, world) => {
  const context = storedContext(await world.read({ contexts: [timer.context] }), timer.context);
  const epoch = Math.max(timer.epoch, context?.epoch ?? 0);
  return original({ ...timer, epoch }, world);
});

const ofTimers: readonly Mutation[] = [
  {
    name: "honours stale epochs",
    edit: honoursStaleEpochs,
    breaks: "timers are few",
    weather: "timers,twinTimer=1,doubleTimer=1",
    seed: 5,
  },
  {
    name: "takes an early timer for a stale one",
    edit: replacing(transactionDue, (original) => async (timer, world) => {
      const outcome = await original(timer, world);
      const isSetAgain = outcome.changes.length === 0 && outcome.timers.length > 0;
      return isSetAgain ? nothing("timer-stale") : outcome;
    }),
    breaks: "every INVITE ends",
    weather: "reordered,slow=0.3,skew=2",
    seed: 498,
  },
  {
    name: "expects a context for every timer",
    edit: replacing(transactionDue, (original) => async (timer, world) => {
      const context = storedContext(await world.read({ contexts: [timer.context] }), timer.context);
      if (context === undefined) throw new TypeError("no context");
      return original(timer, world);
    }),
    breaks: "nothing throws",
    weather: "deaths",
    seed: 19,
  },
  {
    name: "does not repeat a refusal at the timer",
    edit: replacing(transactionDue, (original) => async (timer, world) => {
      const outcome = await original(timer, world);
      const effects = outcome.effects.filter((effect) => effect.kind === "send" && effect.message.kind === "request");
      return outcome.changes.length === 0 ? { ...outcome, effects } : outcome;
    }),
    breaks: "every INVITE ends",
    weather: "deaths,dies=0.03",
  },
  {
    name: "does not repeat a CANCEL at the timer",
    edit: replacing(transactionDue, (original) => async (timer, world) => {
      const context = storedContext(await world.read({ contexts: [timer.context] }), timer.context);
      const told = context?.branches.filter(({ cancel }) => cancel === "sent").map(({ target }) => target.flow) ?? [];
      const outcome = await original(timer, world);
      const isAgain = (effect: Effect): boolean =>
        effect.kind === "send" &&
        effect.message.kind === "request" &&
        effect.message.method === "CANCEL" &&
        told.includes(effect.to.flow);
      return { ...outcome, effects: outcome.effects.filter((effect) => !isAgain(effect)) };
    }),
    breaks: "no phone rings on",
    weather: "deaths,dies=0.03",
    seed: 36,
  },
  {
    name: "does not ask whether the caller vanished",
    edit: replacing(hasVanished, () => () => Promise.resolve(false)),
    breaks: "no phone rings on",
    weather: "calm,dropAtMessage=0.1",
    seed: 32,
  },
  {
    name: "does not ring a phone that came back",
    edit: replacing(recoverFlows, () => (progress) => Promise.resolve(progress)),
    breaks: "who comes back is rung again",
    weather: "drops",
    seed: 45,
  },
  {
    name: "has no timer C",
    edit: replacing(secondsLeft, (original) => (context, world) => Math.max(1, original(context, world))),
    breaks: "timers are few",
    weather: "calm",
    seed: 5,
  },
  {
    name: "looks every second",
    edit: replacing(withTimer, (original) => (progress, delaySeconds, ...rest) => {
      return original(progress, progress.context.epoch === 0 ? delaySeconds : 1, ...rest);
    }),
    breaks: "timers are few",
    weather: "drops",
    seed: 30,
  },
];

type CancelRinging = (transition: Transition, index: number, world: World) => Transition;

const ofTransactions: readonly Mutation[] = [
  {
    name: "sends CANCEL to a phone before any provisional response",
    edit: replacingCell(inviteClient, "calling", "cancel", ["calling", "send cancel"]),
    breaks: "no CANCEL before a provisional",
    weather: "calm",
  },
  {
    name: "acknowledges no refusal of a phone that rang",
    edit: replacingCell(inviteClient, "proceeding", "3xx-6xx", ["completed", "pass up"]),
    breaks: "every refusal is acknowledged",
    weather: "calm",
  },
  {
    name: "absorbs a repeated 2xx",
    edit: replacingCell(inviteClient, "accepted", "2xx", undefined),
    breaks: "every answer is acknowledged",
    weather: "deaths,dies=0.03",
    seed: 70,
  },
  {
    name: "lets a phone ring that wakes up after the end",
    edit: replacingCell(inviteClient, "terminated", "1xx", ["terminated"]),
    breaks: "no phone rings on",
    weather: "calm",
    seed: 40,
  },
  {
    name: "sends a CANCEL once, whether it arrived or not",
    edit: replacingMarked<CancelRinging>("cancel ringing", (original) => (progress, index, world) => {
      const isSent = progress.context.branches[index]?.cancel === "sent";
      return isSent ? progress : { ...original(progress, index, world), timers: progress.timers };
    }),
    breaks: "no phone rings on",
    weather: "deaths,lostReply=0.4",
    seed: 86,
  },
  {
    name: "remembers a refusal although the call was answered after it",
    edit: replacingCell(inviteServer, "completed", "user 2xx", ["completed", "send"]),
    breaks: "one final answer",
    weather: "deaths,dies=0.03,doubleTimer=1",
    seed: 39,
  },
];

const ofContexts: readonly Mutation[] = [
  {
    name: "passes on the first refusal while other phones ring",
    edit: replacing(conclude, (original) => (progress, world) => {
      const { branches } = progress.context;
      const answered = branches.filter((branch) => !isPending(branch));
      const concluded = original({ ...progress, context: { ...progress.context, branches: answered } }, world);
      const isOver = concluded.context.state !== progress.context.state;
      return isOver ? { ...concluded, context: { ...concluded.context, branches } } : original(progress, world);
    }),
    breaks: "one final answer",
    weather: "calm",
    seed: 7,
  },
  {
    name: "takes none of two last refusals for the last one",
    edit: replacing(endsOneOfSeveral, () => () => false),
    breaks: "every INVITE ends",
    weather: "reordered",
    seed: 48,
  },
  {
    name: "lets the losers ring when one has answered",
    edit: replacing(advanceBranch, (original) => (progress, index, input, world, received) => {
      const isLoser = input === "cancel" && progress.context.state === "accepted";
      return isLoser ? progress : original(progress, index, input, world, received);
    }),
    breaks: "no phone rings on",
    weather: "calm",
  },
  {
    name: "cancels again with every 2xx",
    edit: replacing(advanceBranch, (original) => (progress, index, input, world, received) => {
      let after = original(progress, index, input, world, received);
      if (input !== "2xx") return after;
      progress.context.branches.forEach((branch, at) => {
        if (isPending(branch) && branch.cancel === "sent") after = original(after, at, "cancel", world);
      });
      return after;
    }),
    breaks: "no request is delivered twice",
    weather: "reordered",
    seed: 15,
  },
  {
    name: "lets a row end before its timer",
    edit: replacing(withTimer, (original) => (transition, delaySeconds, world, message) => {
      const { context, ...planned } = original(transition, delaySeconds, world, message);
      const expiresAt = Math.min(context.expiresAt, world.now + delaySeconds - 5);
      return { ...planned, context: { ...context, expiresAt } };
    }),
    breaks: "state ends with its call",
    weather: "calm",
  },
  {
    name: "keeps a row for days",
    edit: replacing(openContext, (original) => (opening, request) => {
      const context = original(opening, request);
      return { ...context, expiresAt: context.expiresAt + 100_000 };
    }),
    breaks: "state ends with its call",
    weather: "calm",
  },
  {
    name: "rings a target of a 302 although that phone rings already",
    edit: replacing(newTargets, () => (_context, targets) => targets),
    breaks: "a phone rings once at a time",
    weather: "calm",
    seed: 56,
  },
];

const ofStrangers: readonly Mutation[] = [
  {
    name: "takes an answer from a stranger",
    edit: takesAnyResponse,
    breaks: "nothing reaches a third party",
    weather: "calm",
    seed: 14,
  },
  {
    name: "takes a request in a dialog from a stranger",
    edit: takesAnyRequestInDialog,
    breaks: "nothing reaches a third party",
    weather: "calm",
    seed: 5,
  },
  {
    name: "takes a CANCEL from a stranger",
    edit: takesAnyCancel,
    breaks: "nothing reaches a third party",
    weather: "calm",
    seed: 4,
  },
  {
    name: "registers a user for another",
    edit: bindsAnyAor,
    breaks: "nothing reaches a third party",
    weather: "calm",
    seed: 6,
  },
  {
    name: "calls in any name",
    edit: takesAnyFrom,
    breaks: "nothing reaches a third party",
    weather: "calm",
  },
];

const ofFlows: readonly Mutation[] = [
  {
    name: "does not know a phone on its next connection",
    edit: replacing(isSameDevice, () => (a, b) => a.flow === b.flow),
    breaks: "dialogs survive",
    weather: "drops",
    seed: 5,
  },
  {
    name: "keeps a binding that a post found dead",
    edit: replacing(undelivered, (original) => async (send, failure, world) => {
      const outcome = await original(send, failure, world);
      return { ...outcome, changes: outcome.changes.filter(({ kind }) => kind !== "registration") };
    }),
    breaks: "no ghost binding",
    weather: "drops",
  },
  {
    name: "does not mark a closed flow",
    edit: withPorts(({ commit }) => ({
      commit: (changes) => commit(changes.filter(({ kind }) => kind !== "flow gone")),
    })),
    breaks: "no ghost binding",
    weather: "storm,conflict=0.3",
    seed: 92,
  },
  {
    name: "does not send again to the phone's present connection",
    edit: replacing(undelivered, () => processTransportError),
    breaks: "dialogs survive",
    weather: "drops",
    seed: 5,
  },
  {
    name: "gives up a final response that finds no connection",
    edit: replacing(keepUnheard, () => () => Promise.resolve(nothing("undeliverable"))),
    breaks: "every INVITE ends",
    weather: "drops",
    seed: 34,
  },
  {
    name: "gives up a refusal whose post failed",
    edit: replacing(repeatLater, () => () => Promise.resolve(nothing("undeliverable"))),
    breaks: "every INVITE ends",
    weather: "faults",
    seed: 10015289,
  },
  {
    name: "posts displaced replies without regard to the result",
    edit: replacing(undelivered, (original) => async (failed, failure, world) => {
      const isReply = failed.message.kind === "request" && failed.message.method === "ACK";
      return isReply ? nothing("undeliverable") : original(failed, failure, world);
    }),
    breaks: "no ghost binding",
    weather: "drops",
    seed: 26,
  },
  {
    name: "forgets where it sent an INVITE again",
    edit: replacing(undelivered, (original) => async (send, failure, world) => {
      const outcome = await original(send, failure, world);
      const isSentAgain = outcome.effects.some((effect) => effect.kind === "send" && effect.message === send.message);
      const kept = outcome.changes.filter(({ kind }) => kind !== "context");
      return isSentAgain ? { ...outcome, changes: kept } : outcome;
    }),
    breaks: "a phone rings once at a time",
    weather: "drops,drops=1",
    seed: 237,
  },
  {
    name: "lets a late REGISTER undo a newer one",
    edit: replacing(updateBindings, (original) => (bindings, contacts, by, settings) => {
      const older = bindings.map(({ connectedAt: _unknown, ...binding }) => {
        return { ...binding, cseq: Math.min(binding.cseq, by.cseq - 1) };
      });
      return original(older, contacts, by, settings);
    }),
    breaks: "who is registered is bound",
    weather: "reordered,drops=0.8,dropAtMessage=0.03",
    seed: 23,
  },
  {
    name: "forgets the requests that wait for a device",
    edit: replacing(releaseHeld, () => () => ({ held: [], sends: [], timers: [] })),
    breaks: "held requests arrive",
    weather: "drops",
    seed: 52,
  },
  {
    name: "writes a registration over another's",
    edit: replacing(createMemoryState, (original) => () => {
      const state = original();
      const { registrations } = state.rows;
      return {
        ...state,
        commit: (changes) =>
          state.commit(
            changes.map((change) => {
              if (change.kind !== "registration") return change;
              const version = registrations.get(change.registration.aor)?.version ?? 0;
              return { ...change, registration: { ...change.registration, version } };
            }),
          ),
      };
    }),
    breaks: "who is registered is bound",
    weather: "reordered",
    seed: 4,
  },
];

const ofCalls: readonly Mutation[] = [
  {
    name: "leaves a call open at its BYE",
    edit: replacing(hangUp, () => () => Promise.resolve([])),
    breaks: "every answered call has one end",
    weather: "calm",
  },
  {
    name: "ends a call again at the next BYE",
    edit: replacing(withCallEnded, (original) => (context, ...how) => {
      const { call } = context;
      if (call === undefined) return undefined;
      const { ended: _ended, ...open } = call;
      return original({ ...context, call: open }, ...how);
    }),
    breaks: "every answered call has one end",
    weather: "drops",
    seed: 17,
  },
  {
    name: "sets no timer for the calls of a connection that closes",
    edit: replacing(leaveCalls, (original) => (...closed) => ({ ...original(...closed), timers: [] })),
    breaks: "no call stays open when its phones are gone",
    weather: "drops",
    seed: 8,
  },
  {
    name: "takes a phone on another connection for gone",
    edit: replacingMarked<(side: string) => object>("where an end is", (original) => (...found) => {
      const there = original(...found);
      return "isMoved" in there && there.isMoved === true ? { ...there, isThere: false, until: 0 } : there;
    }),
    breaks: "no living call is ended",
    weather: "drops",
    seed: 51,
  },
  {
    name: "counts from the first loss of a connection",
    edit: replacing(lastAway, (original) => (...asked) => {
      const last = original(...asked);
      return last && { ...last, until: 0 };
    }),
    breaks: "a reconnect in time ends nothing",
    weather: "drops,drops=3,dropAtMessage=0.05",
    seed: 42,
  },
  {
    name: "forgets the calls that wait for a device",
    edit: replacing(takeCalls, () => () => Promise.resolve({ calls: [], away: [], timers: [] })),
    breaks: "a reconnect in time ends nothing",
    weather: "drops,drops=3,dropAtMessage=0.05",
    seed: 180,
  },
];

const ofMessages: readonly Mutation[] = [
  {
    name: "announces a text and does not store it",
    edit: replacing(keepMessage, (original) => (...asked) => {
      const kept = original(...asked);
      if (kept?.kind !== "kept") return kept;
      return { ...kept, changes: kept.changes.filter(({ kind }) => kind !== "message") };
    }),
    breaks: "no message is lost",
    weather: "drops,drops=3,dropAtMessage=0.05",
    seed: 14,
  },
  {
    name: "sends waiting texts to each phone that registers",
    edit: replacing(holderOf, () => () => undefined),
    breaks: "no message is doubled",
    weather: "drops,drops=3,dropAtMessage=0.05",
    seed: 120,
  },
  {
    name: "drops a text that its phone refuses",
    edit: replacing(
      deliveryAnswered,
      (original) =>
        (delivery, status, ...rest) =>
          original(delivery, status < 300 ? status : 200, ...rest),
    ),
    breaks: "no message is lost",
    weather: "calm",
    seed: 27,
  },
  {
    name: "sends nothing behind a text that its phone refuses",
    edit: replacing(
      deliveryAnswered,
      (original) =>
        (delivery, status, ...rest) =>
          status < 300 ? original(delivery, status, ...rest) : Promise.resolve(nothing("message-waits")),
    ),
    breaks: "no message is lost",
    weather: "calm",
    seed: 118,
  },
  {
    name: "forgets that a phone has refused a text",
    edit: replacing(triedOnKnown, (original) => (messages) => original(messages, [])),
    breaks: "no refused message comes again",
    weather: "calm",
    seed: 27,
  },
  {
    name: "forgets that a phone has taken a text",
    edit: replacing(withTaken, () => (messages) => messages),
    breaks: "no message is doubled",
    weather: "deaths",
    seed: 10019497,
  },
];

const ofHttpCallees: readonly Mutation[] = [
  {
    name: "does not repeat the end of a session",
    edit: replacing(endAgain, () => () => Promise.resolve(nothing("timer-stale"))),
    breaks: "no session is left at an endpoint",
    weather: "faults,endpoint=0.8",
    seed: 36,
  },
  {
    name: "sets no timer for a session when its call ends",
    edit: replacing(sessionTimers, () => () => []),
    breaks: "no session is left at an endpoint",
    weather: "deaths,dies=0.03",
    seed: 152,
  },
  {
    name: "forgets an answer that has no taker any more",
    edit: replacing(endpointAnswered, (original) => async (request, result, world) => {
      const session = await readSession(request.session, world);
      return session?.state === "over" ? nothing("http-not-wanted") : original(request, result, world);
    }),
    breaks: "no session is left at an endpoint",
    weather: "reordered,endpoint=0.8",
    seed: 83,
  },
  {
    name: "leaves a session without an answer to itself",
    edit: replacing(httpSessionDue, () => () => Promise.resolve(nothing("timer-stale"))),
    breaks: "an HTTP callee is freed",
    weather: "deaths",
    seed: 36,
  },
  {
    name: "counts a call before its session and never takes it back",
    edit: replacing(freed, () => () => Promise.resolve([])),
    breaks: "an HTTP callee is freed",
    weather: "calm",
    seed: 36,
  },
  {
    name: "does not count the calls of an HTTP callee",
    edit: replacing(httpCallsOf, (original) => (...stored) => ({ ...original(...stored), open: [] })),
    breaks: "no other session is ended",
    weather: "faults,endpoint=0.8",
    seed: 182,
  },
];

const ofPushes: readonly Mutation[] = [
  {
    name: "looks for one device that sleeps",
    edit: replacing(
      sleepingDevices,
      (original) =>
        (...found) =>
          original(...found).slice(0, 1),
    ),
    breaks: "a call finds every sleeping device",
    weather: "calm",
    seed: 9,
  },
  {
    name: "waits for a device and pushes nothing",
    edit: replacing(callPush, () => () => []),
    breaks: "every sleeping device of a ringing call gets a push",
    weather: "calm",
    seed: 7,
  },
  {
    name: "leaves it to the timer to ring a device that registers",
    edit: replacing(joinWaitingCalls, () => (_incoming, outcome) => Promise.resolve(outcome)),
    breaks: "a device that wakes is rung",
    weather: "calm",
    seed: 9,
  },
  {
    name: "rings a device that its call has woken on a further branch",
    edit: replacingMarked<() => boolean>("is known", () => () => false),
    breaks: "a woken device is rung once",
    weather: "calm",
    seed: 7,
  },
  {
    name: "asks a device to register again although it has",
    edit: replacing(refreshDue, (original) => async (timer, world) => {
      const registration = registrationOf(await world.read({ registrations: [timer.aor] }), timer.aor);
      const own = registration.bindings.find((binding) => deviceOf(binding) === timer.device);
      const asleep = own === undefined ? [] : [{ ...own, expiresAt: timer.wakableUntil }];
      const snapshot = { ...emptySnapshot, registrations: [{ ...registration, asleep }] };
      return original(timer, { ...world, read: () => Promise.resolve(snapshot) });
    }),
    breaks: "a refresh push comes before the end of its registration",
    weather: "calm",
    seed: 7,
  },
  {
    name: "sends a push again although its call is over",
    edit: replacing(pushDue, (original) => async (timer, world) => {
      const context = storedContext(await world.read({ contexts: [timer.branch.context] }), timer.branch.context);
      const branch = context?.branches[timer.branch.index];
      if (context === undefined || branch === undefined) return original(timer, world);
      const again = { end: branch.target, uri: branch.uri };
      return { ...nothing("push-put-off"), effects: callPush(context, again, timer.branch, timer.attempt, world) };
    }),
    breaks: "no push for a call that is over",
    weather: "faults,push=0.9",
    seed: 16,
  },
  {
    name: "ends the wait for a device without a push",
    edit: replacingCell(inviteClient, "waking", "cancel", ["terminated", "report timeout"]),
    breaks: "every push of a call is stopped",
    weather: "calm",
    seed: 22,
  },
  {
    name: "waits for a device until it comes",
    edit: replacingCell(inviteClient, "waking", "flow lost", ["waking"]),
    breaks: "no call waits for a device for ever",
    weather: "calm",
    seed: 63,
  },
  {
    name: "pushes a text twice",
    edit: replacing(messagePushes, (original) => (...text) => [...original(...text), ...original(...text)]),
    breaks: "a stored text is pushed once",
    weather: "calm",
    seed: 7,
  },
  {
    name: "pushes a text again although its device is awake",
    edit: replacing(textPushDue, (original) => async (timer, world) => {
      const asked = { registrations: [timer.aor], storedMessages: [`${timer.aor}\n${timer.text}`] };
      const snapshot = await world.read(asked);
      const registration = registrationOf(snapshot, timer.aor);
      const own = [...registration.bindings, ...(registration.asleep ?? [])];
      const device = own.find((binding) => deviceOf(binding) === timer.device);
      const found = device === undefined ? [] : [{ ...device, registeredAt: 0 }];
      const asleep = { ...snapshot, registrations: [{ ...registration, bindings: [], asleep: found }] };
      return original(timer, { ...world, read: () => Promise.resolve(asleep) });
    }),
    breaks: "a text is pushed again while it waits",
    weather: "faults,push=0.9",
    seed: 296,
  },
  {
    name: "keeps an address that its push service does not know",
    edit: replacing(withoutAddress, () => (registration) => registration),
    breaks: "an address that is gone is forgotten",
    weather: "faults,push=0.9",
    seed: 22,
  },
];

export const mutations: readonly Mutation[] = [
  ...ofPushes,
  ...ofHttpCallees,
  ...ofSignaling,
  ...ofTimers,
  ...ofTransactions,
  ...ofContexts,
  ...ofStrangers,
  ...ofFlows,
  ...ofCalls,
  ...ofMessages,
];
