import type { IconNode } from "lucide";
import { h } from "preact";

/** A drawing of the set of Lucide. The name of a control is its text or label, so the drawing has none. */
export function Icon({ of }: { readonly of: IconNode }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      {of.map(([tag, attributes], index) => h(tag, { key: index, ...attributes }))}
    </svg>
  );
}
