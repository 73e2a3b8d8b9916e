// A CloudFormation resource type as the local cloud knows it, and the resolved template that services read.
import type { Resolver } from "./intrinsics.ts";
import type { Resource, Template } from "./template.ts";

/** By CloudFormation type, `AWS::SQS::Queue`. */
export type ResourceKinds = Readonly<Record<string, ResourceKind>>;

export interface ResourceKind {
  /** Properties that would change how the stack runs and are not emulated. A template that sets one does not start. */
  readonly refused?: readonly string[];
  /** Property with the explicit name; the name is made of stack and logical id where the template gives none. */
  readonly nameProperty?: string;
  /** Results of `Ref` and `Fn::GetAtt`; by default `Ref` is the logical id. */
  readonly names?: (resource: Resource, name: string, scope: Scope) => Names;
}

export interface Names {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Account, Region and addresses that names are made of. */
export interface Scope {
  readonly region: string;
  readonly account: string;
  readonly addresses: Addresses;
  /** ARN in this account and Region. */
  readonly arn: (service: string, rest: string) => string;
}

/** Addresses of this deployment, without a path and without a slash at the end. */
export interface Addresses {
  /** The AWS APIs, `http://127.0.0.1:4566`. */
  readonly aws: string;
  /** The WebSocket gateway, `ws://127.0.0.1:8080`. */
  readonly gateway: string;
}

/** A template whose references are resolved. */
export interface Reading {
  readonly template: Template;
  /** Resources of the given types. */
  ofType(...types: readonly string[]): readonly Resolved[];
  readonly resolve: Resolver;
}

export interface Resolved extends Resource {
  readonly name: string;
  /** ARN; for a type without one, the result of `Ref`. */
  readonly arn: string;
}
