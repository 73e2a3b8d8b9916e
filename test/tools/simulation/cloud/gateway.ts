// The WebSocket gateway: connections that end at one side before the other side notices, messages that overtake each
// other, and `$disconnect` events that come early, late or never.
import { AnsweredError } from "../../../../lib/errors.ts";
import type { Random } from "../core/random.ts";
import type { Invocation, Record } from "../core/record.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Weather } from "../core/weather.ts";
import { readWire, type Wire } from "../core/wire.ts";
import { DAWN, type Lambdas } from "./lambda.ts";

/** The side of a connection that the phone implements. */
export interface Client {
  receive(wire: Wire, by: Invocation): void;
  /** The gateway closed the connection. */
  closed(): void;
}

export interface Gateway {
  /** A new connection; its flow. */
  open(phone: string, client: Client): string;
  send(flow: string, text: string): void;
  /** The client's end disappears without a close frame. */
  drop(flow: string): void;
  post(by: Invocation, flow: string, wire: Wire): "delivered" | "gone";
  /** Closes a connection, as a Lambda requested. */
  close(flow: string): void;
}

interface Connection {
  readonly flow: string;
  readonly phone: string;
  readonly client: Client;
  readonly random: Random;
  /** Epoch milliseconds. */
  readonly connectedAt: number;
  hasClient: boolean;
  isOpen: boolean;
  received: number;
}

/** Longest time, in milliseconds, that a frame takes between a phone and the gateway. */
const WAY = 40;

/** The gateway closes a connection after ten silent minutes. */
const IDLE = 600_000;

interface Parts {
  readonly schedule: Schedule;
  readonly record: Record;
  readonly weather: Weather;
  readonly random: Random;
  lambdas(): Lambdas;
}

export function createGateway({ schedule, record, weather, random, lambdas }: Parts): Gateway {
  const connections = new Map<string, Connection>();
  const opened = new Map<string, number>();

  function open(phone: string, client: Client): string {
    const count = (opened.get(phone) ?? 0) + 1;
    opened.set(phone, count);
    const flow = `${phone}#${count}`;
    connections.set(flow, {
      flow,
      phone,
      client,
      random: random.named(flow),
      connectedAt: DAWN * 1000 + schedule.now(),
      hasClient: true,
      isOpen: true,
      received: 0,
    });
    record.add({ kind: "opened", flow, phone });
    return flow;
  }

  function drop(flow: string): void {
    const connection = connections.get(flow);
    if (connection?.hasClient !== true) return;
    connection.hasClient = false;
    record.add({ kind: "dropped", flow, phone: connection.phone });
    if (connection.isOpen) schedule.after(noticedAfter(connection), () => close(connection));
  }

  function noticedAfter({ random }: Connection): number {
    return random.chance(weather.asleep) ? random.between(20_000, IDLE) : random.between(0, 2000);
  }

  /** From now on posts get 410. `$disconnect` comes before that, after that, or not at all. */
  function close(connection: Connection): void {
    const { random, flow } = connection;
    if (!connection.isOpen) return;
    if (!random.chance(weather.lostDisconnect)) {
      schedule.after(random.between(0, 1500), () => {
        lambdas().wake(
          { kind: "disconnect", flow },
          `gone ${flow}`,
          (signaling) => signaling.flowClosed(flow),
          () => undefined,
        );
      });
    }
    if (random.chance(0.3)) schedule.after(random.between(0, 1500), () => shut(connection));
    else shut(connection);
  }

  function shut(connection: Connection): void {
    if (!connection.isOpen) return;
    connection.isOpen = false;
    record.add({ kind: "closed", flow: connection.flow, phone: connection.phone });
  }

  /** The gateway closes the connection of a client that is still there: the client learns it a moment later. */
  function giveUp(connection: Connection): void {
    close(connection);
    shut(connection);
    schedule.after(connection.random.between(50, 3000), () => {
      if (!connection.hasClient) return;
      connection.hasClient = false;
      record.add({ kind: "dropped", flow: connection.flow, phone: connection.phone });
      connection.client.closed();
    });
  }

  function toClient(by: Invocation, connection: Connection, wire: Wire): void {
    const { flow, phone, client } = connection;
    schedule.after(connection.random.between(1, WAY), () => {
      record.add({ kind: connection.hasClient ? "arrived" : "swallowed", flow, phone, wire, by });
      if (connection.hasClient) client.receive(wire, by);
    });
  }

  function send(flow: string, text: string): void {
    const connection = connections.get(flow);
    const wire = readWire(text);
    if (connection === undefined || wire === undefined) throw new TypeError(`a phone sent what is no SIP: ${text}`);
    const { phone, random } = connection;
    record.add({ kind: "sent", flow, phone, wire });
    schedule.after(random.between(1, WAY), () => {
      // The last messages of a phone may or may not have left it.
      const isLost = !connection.isOpen || (!connection.hasClient && random.chance(0.5));
      if (isLost) record.add({ kind: "swallowed", flow, phone, wire });
      else
        schedule.after(random.between(0, random.chance(weather.slow) ? weather.slowest : weather.latency), () =>
          deliver(connection, wire),
        );
    });
  }

  function deliver(connection: Connection, wire: Wire): void {
    const { flow, phone, connectedAt } = connection;
    connection.received += 1;
    const frame = { flow, text: wire.text, source: "192.0.2.7", connectedAt };
    const name = `${wire.branch} ${wire.status} ${wire.method} ${flow} ${connection.received}`;
    lambdas().wake(
      { kind: "frame", flow, phone, wire },
      name,
      (signaling) => signaling.receive(frame),
      (ended) => {
        // A Lambda that died makes the gateway send an error in JSON, which a phone ignores.
        const reply =
          ended.kind === "returned"
            ? ended.value
            : ended.kind === "threw" && !(ended.error instanceof AnsweredError)
              ? ended.signaling.answerFailure(frame, "failed")
              : undefined;
        const answer = reply === undefined ? undefined : readWire(reply);
        if (answer === undefined) return;
        const by = ended.by;
        record.add({ kind: "replied", by, flow, wire: answer });
        if (connection.isOpen) toClient(by, connection, answer);
        else record.add({ kind: "swallowed", flow, phone, wire: answer, by });
      },
    );
  }

  function post(by: Invocation, flow: string, wire: Wire): "delivered" | "gone" {
    const connection = connections.get(flow);
    if (connection?.isOpen === true && connection.random.chance(weather.falseGone)) giveUp(connection);
    const result = connection?.isOpen === true ? "delivered" : "gone";
    record.add({ kind: "posted", by, flow, wire, result });
    if (connection?.isOpen === true) toClient(by, connection, wire);
    return result;
  }

  return {
    open,
    send,
    drop,
    post,
    close(flow) {
      const connection = connections.get(flow);
      if (connection?.isOpen === true) giveUp(connection);
    },
  };
}
