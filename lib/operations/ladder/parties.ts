// The parties of a ladder. The caller of the first call stands left of the server, all others right of it.

export interface Party {
  /** `alice@example.com`, for a further phone of the same address with a number. */
  readonly label: string;
  /** Connections it was seen on; more than one after a reconnect. */
  readonly flows: readonly string[];
}

/** Index of the server among the parties. */
export const SERVER = 1;

export interface Parties {
  /** The party on a connection, or the first of that name. */
  find(flow: string | undefined, name?: string): number | undefined;
  add(name: string, flow: string | undefined): number;
  /** A party is on another connection. */
  move(party: number, flow: string): number;
  isNamed(party: number, name: string): boolean;
  all(): readonly Party[];
}

interface Known {
  readonly name: string;
  readonly label: string;
  readonly flows: string[];
}

export function createParties(): Parties {
  const parties: Known[] = [];

  function push(name: string, flow: string | undefined): number {
    const number = parties.filter((party) => party.name === name).length;
    const label = number === 0 ? name : `${name} #${number + 1}`;
    return parties.push({ name, label, flows: flow === undefined ? [] : [flow] }) - 1;
  }

  return {
    find(flow, name) {
      const onFlow = parties.findIndex(({ flows }) => flow !== undefined && flows.includes(flow));
      if (onFlow >= 0) return onFlow;
      const named = name === undefined ? -1 : parties.findIndex((party, at) => at !== SERVER && party.name === name);
      return named >= 0 ? named : undefined;
    },
    add(name, flow) {
      const added = push(name, flow);
      if (added === 0) push("server", undefined);
      return added;
    },
    move(party, flow) {
      parties[party]?.flows.push(flow);
      return party;
    },
    isNamed: (party, name) => parties[party]?.name === name,
    all: () => parties.map(({ label, flows }) => ({ label, flows })),
  };
}
