// The final response of one branch.
import type { Write } from "./record.ts";

export const putKeptResponse: Write<"kept response"> = ({ keptResponses }, { kept }) => {
  keptResponses.set(kept.key, kept);
  return "committed";
};
