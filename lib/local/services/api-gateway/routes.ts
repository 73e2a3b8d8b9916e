// The routes of the WebSocket API: messages and closes become invocations; replies by return become messages.
import type { ApiSpec } from "./spec.ts";
import type { RecordingMeter } from "../../meter.ts";
import type { Connection } from "./connection.ts";
import { type ConnectionFacts, disconnectEvent, messageEvent } from "./events.ts";
import { type Integrations, routeArn } from "./integration.ts";
import type { GatewayLimits } from "./limits.ts";
import { createThrottle, type Throttle } from "./throttle.ts";

export interface Routes {
  /** Counts one event against the throttle of this route; false if the throttle is exceeded. */
  mayTake(routeKey: string): boolean;
  message(connection: Connection, text: string): Promise<void>;
  /** A failure of the function has no effect on the client. */
  disconnect(facts: ConnectionFacts, code: number, reason: string): Promise<void>;
}

interface RoutesOptions {
  readonly api: ApiSpec;
  readonly limits: GatewayLimits;
  readonly integrations: Integrations;
  readonly meter: RecordingMeter;
  /** The bucket of the account. */
  readonly mayRequest: Throttle;
}

export function createRoutes({ api, limits, integrations, meter, mayRequest }: RoutesOptions): Routes {
  const throttles = new Map(
    Object.entries(api.routes).map(([routeKey, { throttle }]) => {
      return [routeKey, throttle && createThrottle(throttle.rate, throttle.burst)];
    }),
  );
  /** A route without settings of its stage has the limit of the account alone. */
  const mayTake = (routeKey: string): boolean => throttles.get(routeKey)?.() ?? true;

  const message = async (connection: Connection, text: string): Promise<void> => {
    const { facts } = connection;
    meter.record({ caller: "client", service: "apigateway", action: "MESSAGE", resource: facts.connectionId });
    if (!mayTake("$default") || !mayRequest()) return connection.close(1008, "Too Many Requests");

    const event = messageEvent(api, facts, "$default", text); // SIP is not JSON, so no other route matches
    const { requestId } = event.requestContext;
    const route = api.routes["$default"];
    if (route === undefined) return connection.send(errorFrame("Forbidden", facts, requestId));

    const response = await integrations.call(route.target, routeArn(api, "$default"), event);
    const body = route.repliesByReturn ? response?.body : undefined;
    const isTooLong = body !== undefined && Buffer.byteLength(body) > limits.messageBytes;
    if (response === undefined || isTooLong) {
      return connection.send(errorFrame("Internal server error", facts, requestId));
    }
    if (!body) return;
    if (connection.backlog() > limits.clientBufferBytes) return connection.close(1008, "The client does not keep up");
    meter.record({ caller: "apigateway", service: "apigateway", action: "REPLY", resource: facts.connectionId });
    connection.send(body);
  };

  const disconnect = async (facts: ConnectionFacts, code: number, reason: string): Promise<void> => {
    const route = api.routes["$disconnect"];
    if (route === undefined || !mayTake("$disconnect")) return;
    meter.record({ caller: "client", service: "apigateway", action: "DISCONNECT", resource: facts.connectionId });
    await integrations.call(route.target, routeArn(api, "$disconnect"), disconnectEvent(api, facts, code, reason));
  };

  return { mayTake, message, disconnect };
}

/** The frame that a client receives when a function fails. It is not SIP, so a function must not fail. */
function errorFrame(message: string, { connectionId }: ConnectionFacts, requestId: string): string {
  return `{"message": "${message}", "connectionId":"${connectionId}", "requestId":"${requestId}"}`;
}
