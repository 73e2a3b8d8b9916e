import { Token } from "aws-cdk-lib/core";

/** Short and long for the same. */
export interface Domains {
  readonly domain?: string;
  readonly domains?: readonly string[];
}

/** The domains that were asked for; none means the API's own host name. */
export function domainsOf({ domain, domains }: Domains): readonly string[] {
  return domains ?? (domain === undefined ? [] : [domain]);
}

/** What is wrong with the domains; one that CloudFormation fills in cannot be judged now. */
export function domainProblems(props: Domains): string[] {
  const problems = domainsOf(props)
    .filter((domain) => !Token.isUnresolved(domain) && !HOST_NAME.test(domain))
    .map((domain) => `domain "${domain}" is not a host name: write it in lower case, without scheme, port or user.`);
  if (props.domain !== undefined && props.domains !== undefined) {
    problems.push("domain and domains are both set: keep domains, with the realm first.");
  }
  if (props.domains?.length === 0) {
    problems.push("domains is empty: name at least one, or leave it out to use the host name of the API.");
  }
  return problems;
}

/** RFC 1123 §2.1; and an address instead of a name is no domain to be responsible for. */
export const HOST_NAME = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
