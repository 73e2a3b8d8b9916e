// The lifetime of each connection of a phone, and the accidents of the phone.
import { type Fact, type FactOf, visit } from "../core/record.ts";
import { list } from "./list.ts";

export interface FlowStory {
  readonly flow: string;
  readonly phone: string;
  readonly from: number;
  /** When the client's end closed, and when the gateway knew. Infinity: never. */
  readonly dropped: number;
  readonly closed: number;
}

export interface Connections {
  readonly flows: ReadonlyMap<string, FlowStory>;
  factsOfPhone(phone: string): readonly Fact[];
  /** The phone has the same connection all the time, and both ends of it know. */
  isSteady(phone: string, from: number, to: number): boolean;
  /** The flow on which a phone knows itself registered all the time; the server takes no former flow for alive. */
  steadyFlow(phone: string, from: number, to: number): string | undefined;
  /** The phone lost a connection or all its memory, or never comes back. */
  suffers(phone: string, what: "a drop" | "forgetting" | "vanishing", from: number, to: number): boolean;
}

export function tellConnections(facts: readonly Fact[]): Connections {
  const flows = new Map<string, FlowStory>();
  const byPhone = new Map<string, Fact[]>();

  function end(what: "dropped" | "closed"): (fact: FactOf<"dropped" | "closed">) => void {
    return ({ flow, at }) => {
      const known = flows.get(flow);
      if (known !== undefined) flows.set(flow, { ...known, [what]: at });
    };
  }

  for (const fact of facts) if ("phone" in fact) list(byPhone, fact.phone).push(fact);
  visit(facts, {
    opened: ({ flow, phone, at }) =>
      void flows.set(flow, { flow, phone, from: at, dropped: Infinity, closed: Infinity }),
    dropped: end("dropped"),
    closed: end("closed"),
  });

  const flowsOf = (phone: string): readonly FlowStory[] => [...flows.values()].filter((flow) => flow.phone === phone);
  const factsOfPhone = (phone: string): readonly Fact[] => byPhone.get(phone) ?? [];

  return {
    flows,
    factsOfPhone,
    isSteady: (phone, from, to) => flowsOf(phone).some((flow) => isWhole(flow, from, to)),
    steadyFlow(phone, from, to) {
      const registered = factsOfPhone(phone).findLast(isRegisteredBy(from));
      const flow = flows.get(registered?.flow ?? "");
      if (registered === undefined || registered.until < to || flow === undefined) return undefined;
      const isNowhereElse = flowsOf(phone).every((one) => one === flow || one.from >= from || one.closed <= from);
      return isNowhereElse && isWhole(flow, from, to) ? flow.flow : undefined;
    },
    suffers: (phone, what, from, to) =>
      factsOfPhone(phone).some((fact) => fact.at >= from && fact.at <= to && isSuch(fact, what)),
  };
}

function isWhole({ from, dropped, closed }: FlowStory, start: number, end: number): boolean {
  return from <= start && dropped > end && closed > end;
}

type Registered = Extract<Fact, { does: "registered" }>;

function isRegisteredBy(moment: number): (fact: Fact) => fact is Registered {
  return (fact): fact is Registered => fact.kind === "phone" && fact.does === "registered" && fact.at <= moment;
}

function isSuch(fact: Fact, what: "a drop" | "forgetting" | "vanishing"): boolean {
  if (what === "a drop") return fact.kind === "dropped" || fact.kind === "closed";
  if (fact.kind !== "phone") return false;
  const isSleep = fact.does === "sleeps";
  return what === "forgetting" ? isSleep || fact.does === "forgets everything" : isSleep || fact.does === "vanishes";
}
