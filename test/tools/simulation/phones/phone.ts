// A phone: a connection that comes and goes, and the parts of a user agent on it. An established call outlives the
// connection; a ringing call does not; and a page that is loaded again loses all state and is still the same device.
import type { Push } from "../../../../lib/sip/effect.ts";
import type { SipRequest } from "../../../../lib/sip/syntax/message.ts";
import type { Client, Gateway } from "../cloud/gateway.ts";
import type { PushService } from "../cloud/push-service.ts";
import type { Random } from "../core/random.ts";
import type { Record } from "../core/record.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Weather } from "../core/weather.ts";
import { isRequest, isResponse, type Wire } from "../core/wire.ts";
import { uriOf } from "../script/users.ts";
import type { CallStep, DropStep, MessageStep, PhonePlan } from "../script/script.ts";
import { type Callee, createCallee } from "./callee.ts";
import { type Caller, createCaller } from "./caller.ts";
import { createDialogs, type Dialogs } from "./dialogs.ts";
import type { Line } from "./line.ts";
import { createRegistration, type Registration } from "./registration.ts";
import { writeRequest, writeResponse } from "./text.ts";

export interface Phone {
  readonly plan: PhonePlan;
  connect(): void;
  call(step: CallStep): void;
  message(step: MessageStep): void;
  drop(step: Pick<DropStep, "backAfter" | "forgets">): void;
  quit(): void;
  refresh(): void;
  /** Until a push notification wakes it. */
  sleep(): void;
  /** Sends any message on the present connection. */
  send(text: string): void;
}

export interface Place {
  readonly schedule: Schedule;
  readonly record: Record;
  readonly weather: Weather;
  readonly random: Random;
  readonly gateway: Gateway;
  readonly pushes: Pick<PushService, "subscribe">;
  /** Milliseconds. */
  readonly until: number;
  stepOf(callId: string): CallStep | undefined;
}

/** The state of a user agent that a page loses when it is loaded again. */
interface Agent {
  readonly registration: Registration;
  readonly caller: Caller;
  readonly callee: Callee;
  readonly dialogs: Dialogs;
}

/** How often the weather may drop a phone at a message. */
const MAX_BAD_LUCK = 3;

export function createPhone(plan: PhonePlan, place: Place): Phone {
  const { schedule, record, weather, gateway, pushes, until, stepOf } = place;
  const random = place.random.named(plan.name);
  const name = plan.name;
  const stepRandom = random.named("stepRandom");
  let flow: string | undefined;
  let isOnline = false;
  let isGone = false;
  let isAsleep = false;
  let badLuck = 0;
  let life = 0;
  let count = 0;
  let waiting: (() => void)[] = [];
  let agent: Agent = begin();

  function begin(): Agent {
    life += 1;
    waiting = [];
    const line = lineOf(life);
    const dialogs = createDialogs(line);
    const registration = createRegistration(line, life, { until, registered });
    return { registration, dialogs, caller: createCaller(line, dialogs), callee: createCallee(line, dialogs, stepOf) };
  }

  function lineOf(born: number): Line {
    const host = `${plan.user}${plan.name.split(".")[1]}-${born}.invalid`;
    return {
      plan,
      aor: uriOf(plan.user),
      random,
      record,
      host: () => host,
      pushParameters: () => {
        if (plan.push === undefined) return "";
        return `;pn-provider=webpush;pn-prid=${encodeURIComponent(pushes.subscribe(name, notified))}`;
      },
      contact: () => `sip:${plan.user}${born}@${host};transport=ws`,
      branch: () => `z9hG4bK-${name}-${(count += 1)}`,
      tag: () => `t-${name}-${(count += 1)}`,
      now: () => schedule.now(),
      later: (milliseconds, task) => schedule.after(milliseconds, () => void (born === life && !isGone && task())),
      send,
      whenOnline: (task) => void (isOnline ? task() : waiting.push(task)),
      note: (does, callId, branch, status) =>
        record.add({ kind: "phone", phone: name, does, callId, branch, ...(status !== undefined && { status }) }),
    };
  }

  function registered(expires: number): void {
    if (flow === undefined) return;
    record.add({ kind: "phone", phone: name, does: "registered", flow, until: schedule.now() + expires * 1000 });
    isOnline = true;
    const due = waiting;
    waiting = [];
    for (const task of due) task();
  }

  function connect(): void {
    if (flow !== undefined || isGone || isAsleep) return;
    const client: Client = {
      receive: (wire) => flow === mine && receive(wire),
      closed: () => {
        if (flow !== mine) return;
        lost();
        schedule.after(random.between(100, 3000), connect);
      },
    };
    const mine = gateway.open(name, client);
    flow = mine;
    agent.registration.register();
  }

  function lost(): void {
    flow = undefined;
    isOnline = false;
    agent.callee.connectionLost();
  }

  function drop({ backAfter, forgets }: Pick<DropStep, "backAfter" | "forgets">): void {
    if (isGone) return;
    if (flow !== undefined) gateway.drop(flow);
    lost();
    if (backAfter === undefined) {
      isGone = true;
      record.add({ kind: "phone", phone: name, does: "vanishes" });
      return;
    }
    if (forgets) {
      record.add({ kind: "phone", phone: name, does: "forgets everything" });
      agent = begin();
    }
    schedule.after(backAfter, connect);
  }

  function sleep(): void {
    if (isGone || isAsleep) return;
    if (flow !== undefined) gateway.drop(flow);
    lost();
    record.add({ kind: "phone", phone: name, does: "sleeps" });
    isAsleep = true;
    agent = begin();
  }

  /** The end of a call wakes no phone. */
  function notified({ why }: Push): void {
    const { wakesAfter } = plan.push ?? {};
    if (!isAsleep || wakesAfter === undefined || why === "stop") return;
    schedule.after(wakesAfter, () => {
      isAsleep = false;
      connect();
    });
  }

  function send(text: string): boolean {
    if (flow === undefined) return false;
    gateway.send(flow, text);
    stumble();
    return true;
  }

  /** The most harmful moment to lose a connection is right at a message. */
  function stumble(): void {
    if (badLuck === MAX_BAD_LUCK || !stepRandom.chance(weather.dropAtMessage)) return;
    badLuck += 1;
    const backAfter = stepRandom.pick([stepRandom.between(20, 2000), stepRandom.between(1000, 30_000)]);
    schedule.after(stepRandom.between(0, 30), () =>
      drop({ ...(!stepRandom.chance(0.1) && { backAfter }), forgets: stepRandom.chance(0.15) }),
    );
  }

  function receive(wire: Wire): void {
    stumble();
    if (isResponse(wire)) {
      if (wire.method === "REGISTER") agent.registration.receive(wire);
      else if (wire.essentials.toTag !== undefined || wire.status < 200 || wire.method !== "INVITE") {
        agent.dialogs.receiveResponse(wire);
        agent.caller.receive(wire);
      }
    } else if (isRequest(wire)) receiveRequest(wire);
  }

  function receiveRequest(request: Wire<SipRequest>): void {
    const { method } = request;
    const isBranchOfOurs = method === "ACK" || method === "CANCEL";
    if (isBranchOfOurs) agent.callee.receive(request);
    if (request.essentials.toTag !== undefined) agent.dialogs.receive(request);
    else if (method === "INVITE") agent.callee.receive(request);
    else if (!isBranchOfOurs) send(writeResponse(request, statusFor(plan, request), `t-${name}`));
  }

  function message({ id, to }: MessageStep): void {
    const [host, aor] = [`${name}.invalid`, uriOf(plan.user)];
    const callId = `${id}@${name}`;
    const branch = `z9hG4bK-${callId}`;
    const [uri, from] = [uriOf(to), `<${aor}>;tag=${callId}`];
    send(writeRequest({ method: "MESSAGE", uri, host, branch, from, to: `<${uri}>`, callId, cseq: 1, body: "hello" }));
  }

  return {
    plan,
    connect,
    call: (step) => agent.caller.call(step, uriOf(step.to)),
    message,
    drop,
    quit() {
      if (isGone || flow === undefined) return;
      record.add({ kind: "phone", phone: name, does: "unregisters" });
      agent.registration.unregister();
      schedule.after(1500, () => drop({ forgets: true }));
    },
    sleep,
    refresh: () => void (isOnline && agent.registration.register()),
    send: (text) => void send(text),
  };
}

/** The status of the response to a request outside of dialogs, other than an INVITE. */
export function statusFor({ refuses }: PhonePlan, { method, callId }: Pick<Wire, "method" | "callId">): number {
  const isText = method === "MESSAGE" && refuses !== undefined;
  return isText && refuses.texts.includes(callId.split("@")[0] ?? "") ? refuses.status : 200;
}
