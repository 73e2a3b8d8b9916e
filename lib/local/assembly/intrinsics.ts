// The intrinsic functions of CloudFormation that our templates use. Any other is an error.
import { isObject, type Json, type JsonObject } from "../json.ts";
import { AssemblyError } from "./template.ts";

/** Value of `Ref` (no attribute) or `Fn::GetAtt` in this deployment; undefined if it is unknown. */
export type Lookup = (logicalId: string, attribute?: string) => string | undefined;

/** Replaces every intrinsic function in a value. `where` names the resource in errors. */
export type Resolver = (value: Json, where: string) => Json;

/** @param lookup knows resources and pseudo parameters */
export function createResolver(lookup: Lookup): Resolver {
  const find = (where: string, logicalId: string, attribute?: string): string => {
    const found = lookup(logicalId, attribute);
    if (found !== undefined) return found;
    throw new AssemblyError(
      `${where} needs ${logicalId}${attribute ? `.${attribute}` : ""}, unknown to the local cloud`,
    );
  };

  const resolve: Resolver = (value, where) => {
    if (Array.isArray(value)) return value.map((item: Json) => resolve(item, where));
    if (!isObject(value)) return value;
    const entries = Object.entries(value);
    const [name = "", argument = null] = entries[0] ?? [];
    const isIntrinsic = entries.length === 1 && (name === "Ref" || name === "Condition" || name.startsWith("Fn::"));
    if (!isIntrinsic || (name === "Condition" && isObject(argument))) {
      return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item, where)]));
    }
    return call(name, argument, where);
  };

  const call = (name: string, argument: Json, where: string): Json => {
    switch (name) {
      case "Ref":
        return find(where, text(argument, name, where));
      case "Fn::GetAtt": {
        const parts = typeof argument === "string" ? argument.split(".") : list(argument, name, where);
        const [logicalId, ...attribute] = parts.map((part) => text(part, name, where));
        return find(where, logicalId ?? "", attribute.join("."));
      }
      case "Fn::Join": {
        const [separator, parts] = list(argument, name, where);
        const joined = list(resolve(parts ?? null, where), name, where);
        return joined.map((part) => text(part, name, where)).join(text(separator, name, where));
      }
      case "Fn::Select": {
        const [index, items] = list(argument, name, where);
        const item = list(resolve(items ?? null, where), name, where)[Number(index)];
        if (item === undefined) throw new AssemblyError(`${where}: ${name} has no item ${Number(index)}`);
        return item;
      }
      case "Fn::Split": {
        const [separator, source] = list(argument, name, where);
        return text(resolve(source ?? null, where), name, where).split(text(separator, name, where));
      }
      case "Fn::Sub":
        return substitute(argument, where);
      default:
        throw new AssemblyError(`${where} uses ${name}, which the local cloud does not know`);
    }
  };

  const substitute = (argument: Json, where: string): string => {
    const [source, own] = typeof argument === "string" ? [argument, {}] : list(argument, "Fn::Sub", where);
    const variables: JsonObject = isObject(own) ? own : {};
    return text(source, "Fn::Sub", where).replace(/\$\{(!?)([^}]+)\}/g, (_all, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (name in variables) return text(resolve(variables[name] ?? null, where), "Fn::Sub", where);
      const [logicalId = "", ...attribute] = name.split(".");
      return attribute.length ? find(where, logicalId, attribute.join(".")) : find(where, logicalId);
    });
  };

  return resolve;
}

function text(value: Json | undefined, name: string, where: string): string {
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw new AssemblyError(`${where}: an argument of ${name} should be a string`);
}

function list(value: Json, name: string, where: string): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  throw new AssemblyError(`${where}: the argument of ${name} should be a list`);
}
