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
  /** Its ARN as the lookup has it; throws for kinds without one. */
  readonly arn: string;
}
