// The identity of a connection, and its last digest.
import type { Write } from "./record.ts";

export const putFlow: Write<"flow"> = ({ flows }, { record, ifAbsent }) => {
  if (ifAbsent !== true || !flows.has(record.flow)) flows.set(record.flow, record);
  return "committed";
};

export const removeFlow: Write<"flow gone"> = ({ flows }, { flow }) => {
  flows.delete(flow);
  return "committed";
};

/** Of two requests with one count at the same moment, one is stored and the other is decided again. */
export const putDigest: Write<"digest"> = ({ flows }, { flow, digest, read }) => {
  const record = flows.get(flow);
  if (record === undefined) return "conflict";
  if (record.lastDigest?.nonce !== read?.nonce || record.lastDigest?.count !== read?.count) return "conflict";
  flows.set(flow, { ...record, lastDigest: digest });
  return "committed";
};
