import { Token } from "aws-cdk-lib/core";

/** Two ways to name the domains. */
export interface Domains {
  readonly domain?: string;
  readonly domains?: readonly string[];
}

/** The configured domains in lower case; an empty list means the API's own host name. */
export function domainsOf({ domain, domains }: Domains): readonly string[] {
  return (domains ?? (domain === undefined ? [] : [domain])).map(inLowerCase);
}

/** Host names are compared without case (RFC 3261 §19.1.4). A value that CloudFormation fills in stays as it is. */
export function inLowerCase(domain: string): string {
  return Token.isUnresolved(domain) ? domain : domain.toLowerCase();
}

/** Problems of the domains; a value that CloudFormation fills in is not known yet. */
export function domainProblems(props: Domains): string[] {
  const problems = domainsOf(props)
    .filter((domain) => !Token.isUnresolved(domain) && !HOST_NAME.test(domain))
    .map((domain) => `domain "${domain}" is not a host name: write it without scheme, port or user.`);
  if (props.domain !== undefined && props.domains !== undefined) {
    problems.push("domain and domains are both set: keep domains, with the realm first.");
  }
  if (props.domains?.length === 0) {
    problems.push("domains is empty: name at least one, or leave it out to use the host name of the API.");
  }
  return problems;
}

/** RFC 1123 §2.1, without IP addresses: a domain is a name. */
export const HOST_NAME = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
