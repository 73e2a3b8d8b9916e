// The table of call records. Its indexes hold keys only, and keys never change: a call writes to them once.

export const callsTable = {
  key: "callId",
  ttl: "expiresAt",
  /** Sorted by the time of the INVITE. */
  sortKey: "startedAt",
  indexes: { byCaller: "from", byCallee: "to", byDay: "day" },
} as const;

export type CallIndex = keyof typeof callsTable.indexes;

/** The value of the index by day: `2026-11-29`, in UTC. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
