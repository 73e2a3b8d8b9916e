import { digestAlgorithms } from "../../sip/state/digest-algorithm.ts";
import type { Settings } from "../../sip/policy/settings.ts";

/** Problems of the digest algorithms. */
export function digestProblems({ digestAlgorithms: chosen }: Pick<Settings, "digestAlgorithms">): string[] {
  const known = Object.keys(digestAlgorithms);
  const problems = chosen
    .filter((algorithm) => !known.includes(algorithm))
    .map((algorithm) => `digestAlgorithms names "${algorithm}": choose among ${known.join(", ")}.`);
  if (chosen.length === 0) problems.push("digestAlgorithms is empty, so no login could succeed: name at least one.");
  if (new Set(chosen).size < chosen.length) problems.push("digestAlgorithms names one twice: remove the second.");
  return problems;
}
