// What the readers of the several kinds of resources share.
import type { Resolver } from "./intrinsics.ts";
import type { Resource, Template } from "./template.ts";

export interface Reading {
  readonly template: Template;
  /** Resources of one kind with resolved properties. */
  ofType(...types: readonly string[]): readonly Resolved[];
  readonly resolve: Resolver;
}

export interface Resolved extends Resource {
  readonly name: string;
  /** Its ARN; for a kind that has none, what `Ref` gives. */
  readonly arn: string;
}
