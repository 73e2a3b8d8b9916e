import { DOMAIN } from "../domain.ts";
import type { Oracle } from "./oracle.ts";
import type { World } from "../world.ts";

/** No binding, and no identity, without the password: only a user's own connections may stand for its AOR. */
export function createBindingsOracle(users: ReadonlyMap<string, string | undefined>, world: World): Oracle {
  const aorOf = (flow: string): string => `sip:${users.get(flow) ?? "nobody"}@${DOMAIN}`;
  return {
    name: "no binding without proof",
    turn() {
      const { registrations, flows } = world.state.rows;
      for (const { aor, bindings } of registrations.values()) {
        const stranger = bindings.find(({ flow }) => aorOf(flow) !== aor);
        if (stranger !== undefined) return `${aor} is bound to ${stranger.flow}`;
      }
      for (const { flow, identity, bound } of flows.values()) {
        if (!users.has(flow)) continue; // a row without a connection
        if (identity !== aorOf(flow) || bound.some((aor) => aor !== identity)) return `${flow} counts as ${identity}`;
      }
      return undefined;
    },
  };
}
