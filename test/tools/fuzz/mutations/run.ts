// The mutants, each in story after story until its oracle finds it, and the same story without it.
import { hunt } from "../../../support/mutants/hunt.ts";
import { tellStory } from "../story.ts";
import { mutations } from "./mutations.ts";

await hunt(
  mutations,
  (seed) => tellStory(seed),
  ({ finding }, { breaks }) => (finding?.oracle === breaks ? finding.message : undefined),
);
