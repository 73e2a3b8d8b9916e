// Faults of the platform may make a Lambda fail; a message may not.
import { isExpected } from "../cloud/lambda.ts";
import { titleOf } from "../core/wire.ts";
import type { Story } from "../story/story.ts";
import type { Problem } from "./violation.ts";

export function nothingThrows(story: Story): readonly Problem[] {
  return story.run.facts.flatMap((fact) => {
    if ((fact.kind !== "broke down" && fact.kind !== "gave up") || isExpected(fact.error)) return [];
    const { cause } = fact.by;
    const event = cause.kind === "frame" ? titleOf(cause.wire) : cause.kind;
    const callId = story.callIdOf(fact.by);
    const error = fact.error instanceof Error ? fact.error.stack : String(fact.error);
    return [
      { at: fact.at, ...(callId !== undefined && { callId }), message: `λ${fact.by.id} threw at ${event}: ${error}` },
    ];
  });
}
