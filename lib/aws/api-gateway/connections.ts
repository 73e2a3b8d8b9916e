// Posts to a connection, and closes one. Both succeed or return the kind of failure.
import type { Ports } from "../../signaling/ports.ts";
import type { Connections } from "../client/api-gateway.ts";
import { log } from "../log.ts";

/**
 * An unexpected failure is logged and counts as not delivered: one post of several must not undo what is stored, nor keep
 * the others from those that wait for them.
 */
export function postToConnection(connections: Connections): Ports["post"] {
  return async (flow, text) => {
    try {
      return await connections.post(flow, text);
    } catch (error) {
      log.error("post failed", { flow, error });
      return "failed";
    }
  };
}

/** A failure costs no call: the connection stays until the gateway ends it. */
export function closeConnection(connections: Connections): Ports["close"] {
  return async (flow) => {
    try {
      await connections.close(flow);
    } catch (error) {
      log.error("close failed", { flow, error });
    }
  };
}
