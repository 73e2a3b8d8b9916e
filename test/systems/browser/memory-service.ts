// The service in one process: the same protocol on memory, without API Gateway, Lambda, DynamoDB and SQS.
import { ha1 } from "../../../lib/sip/auth/digest.ts";
import type { Settings } from "../../../lib/sip/policy/settings.ts";
import type { Subscriber } from "../../../lib/sip/state/subscriber.ts";
import { startMemoryServer } from "../../support/server.ts";
import { addressOf, DOMAIN, type Service, siteOf, users } from "./service.ts";

export async function startMemoryService(settings: Partial<Settings> = {}): Promise<Service> {
  const server = await startMemoryServer({ domains: [DOMAIN], ...settings }, { page: await siteOf() });
  const { http, ws, state, errors, connections, drop, settled } = server;
  const put = (user: string, change: Partial<Subscriber>): void => {
    const aor = addressOf(user);
    state.addSubscriber({ aor, ha1: {}, ...state.rows.subscribers.get(aor), ...change });
  };
  const add = async (user: string) =>
    put(user, { ha1: { MD5: ha1("MD5", user, DOMAIN, user), "SHA-256": ha1("SHA-256", user, DOMAIN, user) } });
  for (const user of users) await add(user);
  return {
    domain: DOMAIN,
    http,
    ws,
    connections,
    drop,
    settled,
    block: async (user, blocked) => put(user, { blocked }),
    add,
    ringInTurn: async (group, members, groupSeconds) =>
      put(group, { group: members.map(addressOf), groupOrder: "in-turn", groupSeconds }),
    async close() {
      await server.close();
      if (errors.length > 0) throw new AggregateError(errors, "errors of the server");
    },
  };
}
