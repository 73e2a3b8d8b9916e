// A phone that got a 200 to its REGISTER can be reached on that flow, until the granted time ends, or until the
// connection or the phone goes. Not required where a page was loaded again while its last REGISTER was still in
// progress: nothing orders the two.
import { type FactOf, visit } from "../core/record.ts";
import type { Story } from "../story/story.ts";
import { seconds } from "./final-answer.ts";
import type { Problem } from "./violation.ts";

export function whoIsRegisteredIsBound(story: Story): readonly Problem[] {
  const registered = new Map<string, { readonly flow: string; readonly until: number }>();
  /** The gateway has closed these; a 200 may still be on its way to the phone. */
  const closed = new Set<string>();
  const problems: Problem[] = [];
  const forget = ({ phone }: { readonly phone: string }): void => void registered.delete(phone);

  function judge({ change, at, by }: FactOf<"stored">): void {
    if (change.kind !== "registration") return;
    const { aor, bindings } = change.registration;
    for (const [phone, { flow, until }] of registered) {
      const isTheirs = aor.startsWith(`sip:${story.phones.get(phone)?.user}@`);
      if (!isTheirs || until <= at || bindings.some((binding) => binding.flow === flow)) continue;
      registered.delete(phone);
      if (story.suffers(phone, "forgetting", 0, at)) continue;
      const message = `${phone} was told it is registered on ${flow} until ${seconds(until)}, and λ${by.id} unbound it`;
      problems.push({ at, message });
    }
  }

  visit(story.run.facts, {
    dropped: forget,
    closed(fact) {
      closed.add(fact.flow);
      forget(fact);
    },
    stored: judge,
    phone(fact) {
      if (fact.does === "registered" && !closed.has(fact.flow))
        registered.set(fact.phone, { flow: fact.flow, until: fact.until });
      if (fact.does === "unregisters" || fact.does === "vanishes") forget(fact);
    },
  });
  return problems;
}
