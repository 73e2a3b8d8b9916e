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
export const putAnswer: Write<"answer"> = ({ flows }, { flow, answer, read }) => {
  const record = flows.get(flow);
  if (record === undefined) return "conflict";
  if (record.answered?.nonce !== read?.nonce || record.answered?.count !== read?.count) return "conflict";
  flows.set(flow, { ...record, answered: answer });
  return "committed";
};
