// The deployment as users get it: the app of `bin/app.ts`.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { anAssembly } from "../../support/assembly.ts";

export interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: Reference | readonly Reference[];
}

/** Text, or the template's way to name another resource. */
export type Reference =
  | string
  | { readonly Ref: string }
  | { readonly "Fn::GetAtt": readonly [string, string] }
  | { readonly "Fn::Join": readonly [string, readonly Reference[]] };

export interface Properties extends Readonly<Record<string, unknown>> {
  readonly Environment?: { readonly Variables: Readonly<Record<string, Reference>> };
  readonly PolicyDocument?: { readonly Statement: readonly Statement[] };
  readonly Timeout?: number;
  readonly LoggingConfig?: {
    readonly LogFormat: string;
    readonly ApplicationLogLevel: string;
    readonly SystemLogLevel: string;
  };
}

export interface Resource {
  readonly Type: string;
  readonly Properties: Properties;
  readonly DeletionPolicy?: string;
  readonly Metadata: {
    readonly "aws:cdk:path": string;
    readonly cdk_nag?: { readonly rules_to_suppress: readonly { readonly id: string; readonly reason: string }[] };
  };
}

export interface Template {
  /** Printed by `cdk synth` and `cdk deploy` beside the template. */
  readonly warnings: readonly string[];
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

/** Synthesizes with these context values; rejects with the app's output if that fails. */
export async function synthesize(context: Readonly<Record<string, string>> = {}): Promise<Template> {
  const folder = await anAssembly(context);
  const read = async (file: string) => JSON.parse(await readFile(join(folder, file), "utf8"));
  const notes: readonly Note[] = Object.values<readonly Note[]>(await read("SipStack.metadata.json")).flat();
  const warnings = notes.filter(({ type }) => type === "aws:cdk:warning").map(({ data }) => String(data));
  return { ...(await read("SipStack.template.json")), warnings };
}

interface Note {
  readonly type: string;
  readonly data?: unknown;
}

/** Resources of a type, by logical id. */
export function resources(template: Template, type: string): readonly (readonly [string, Resource])[] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

/** `{function: ["action on resource"]}`, as the template grants it. */
export function grantsOf(template: Template): Record<string, string[]> {
  return Object.fromEntries(
    resources(template, "AWS::IAM::Policy").map(([, { Properties, Metadata }]) => {
      const name = Metadata["aws:cdk:path"].split("/")[3] ?? "";
      const lines = (Properties.PolicyDocument?.Statement ?? [])
        .filter(({ Effect }) => Effect === "Allow")
        .flatMap(({ Action, Resource }) =>
          [Action].flat().flatMap((action) => [Resource].flat().map((one) => `${action} on ${nameOf(template, one)}`)),
        );
      return [name, lines.sort()];
    }),
  );
}

/** Last parts of a resource's path in the stack, or an ARN with its references in braces. */
function nameOf(template: Template, resource: Reference): string {
  if (typeof resource === "string") return resource;
  if ("Fn::Join" in resource) return resource["Fn::Join"][1].map((part) => nameOf(template, part)).join("");
  const id = "Ref" in resource ? resource.Ref : resource["Fn::GetAtt"][0];
  const path = template.Resources[id]?.Metadata["aws:cdk:path"];
  return path === undefined ? `{${id}}` : path.split("/").slice(2, -1).join("/");
}
