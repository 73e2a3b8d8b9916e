import { describe } from "@jest/globals";
import { createMemoryState } from "../../../lib/memory/state/state.ts";
import { algorithmNames, type DigestAlgorithm } from "../../../lib/sip/state/digest-algorithm.ts";
import { ha1 } from "../../../lib/sip/auth/digest.ts";
import { aor } from "../../../lib/sip/syntax/aor.ts";
import { stateContract } from "./state-contract.ts";

describe("State in memory", () => {
  stateContract(() => {
    const memory = createMemoryState();
    return Promise.resolve({
      read: (keys) => memory.read(keys),
      commit: (changes) => memory.commit(changes),
      addSubscriber: ({ user, password, domain }) => {
        const secrets: Partial<Record<DigestAlgorithm, string>> = {};
        const longSecrets: Partial<Record<DigestAlgorithm, string>> = {};
        for (const algorithm of algorithmNames) {
          secrets[algorithm] = ha1(algorithm, user, domain, password);
          longSecrets[algorithm] = ha1(algorithm, `${user}@${domain}`, domain, password);
        }
        memory.addSubscriber({ aor: aor(user, domain), ha1: secrets, ha1b: longSecrets });
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    });
  });
});
