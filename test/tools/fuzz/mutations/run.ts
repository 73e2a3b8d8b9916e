// node --import ./test/support/mutants/hooks.ts test/tools/fuzz/mutations/run.ts [NAME] Each mutant, or the one with
// that name, in story after story until its oracle finds it, and the same story without it.
import { hunt } from "../../../support/mutants/hunt.ts";
import { tellStory } from "../story.ts";
import { mutations } from "./mutations.ts";

await hunt(mutations, async ({ breaks }, seed) => {
  const { finding } = await tellStory(seed);
  return finding?.oracle === breaks ? finding.message : undefined;
});
