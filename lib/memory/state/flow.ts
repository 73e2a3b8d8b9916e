// The identity of a connection, its last digest, and its calls.
import type { FlowRecord } from "../../sip/state/flow.ts";
import type { Write } from "./record.ts";

export const putFlow: Write<"flow"> = ({ flows }, { record, ifAbsent }) => {
  const stored = flows.get(record.flow);
  if (ifAbsent !== true && stored?.closedAt !== undefined) return "conflict";
  if (ifAbsent !== true || stored === undefined) {
    const { calls, watched, idleSince } = stored ?? {};
    const kept = { ...(idleSince !== undefined && { idleSince }), ...record };
    flows.set(record.flow, withWatched(withCalls(kept, calls), watched));
  }
  return "committed";
};

export const closeFlow: Write<"flow gone"> = ({ flows }, { flow, read, closedAt, expiresAt }) => {
  const stored: FlowRecord = flows.get(flow) ?? { flow, identity: "", bound: [], expiresAt };
  const isAsRead =
    read === undefined || (isSameSet(stored.calls ?? [], read.calls) && stored.bound.length === read.bound);
  if (!isAsRead) return "conflict";
  flows.set(flow, { ...stored, closedAt, expiresAt });
  return "committed";
};

export const addCall: Write<"flow call"> = ({ flows }, { flow, call, isUnwatched }) => {
  const record = flows.get(flow);
  if (record === undefined || record.closedAt !== undefined) return "conflict";
  if (isUnwatched && record.watched !== undefined) return "conflict";
  flows.set(flow, withCalls(record, [call]));
  return "committed";
};

export const removeCall: Write<"flow call over"> = ({ flows }, { flow, call, at }) => {
  const { calls = [], ...record } = flows.get(flow) ?? {};
  if ("flow" in record && record.closedAt === undefined)
    flows.set(
      flow,
      withCalls(
        { ...record, idleSince: at },
        calls.filter((one) => one !== call),
      ),
    );
  return "committed";
};

export const watchFlow: Write<"flow watched"> = ({ flows }, { flow, event, calls }) => {
  const record = flows.get(flow);
  if (record === undefined || record.closedAt !== undefined) return "conflict";
  if (!isSameSet(record.calls ?? [], calls)) return "conflict";
  flows.set(flow, withWatched(record, [event]));
  return "committed";
};

function withWatched(record: FlowRecord, more: readonly string[] = []): FlowRecord {
  const watched = [...new Set([...(record.watched ?? []), ...more])].toSorted();
  return watched.length === 0 ? record : { ...record, watched };
}

function withCalls(record: FlowRecord, more: readonly string[] = []): FlowRecord {
  const calls = [...new Set([...(record.calls ?? []), ...more])].toSorted();
  return calls.length === 0 ? record : { ...record, calls };
}

/** Of two requests with one count at the same moment, one is stored and the other is decided again. */
export const putDigest: Write<"digest"> = ({ flows }, { flow, digest, read }) => {
  const record = flows.get(flow);
  if (record === undefined || record.closedAt !== undefined) return "conflict";
  if (record.lastDigest?.nonce !== read?.nonce || record.lastDigest?.count !== read?.count) return "conflict";
  flows.set(flow, { ...record, lastDigest: digest });
  return "committed";
};

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one));
}
