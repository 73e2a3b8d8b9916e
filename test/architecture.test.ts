import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";

// lambdas -> lib/aws -> lib/signaling -> lib/sip; lib/cdk knows names only; lib/local knows the synthesized stack only.

const root = fileURLToPath(new URL("..", import.meta.url));

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

/** The imports of a file: paths within the repository, or names of packages. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/^(?:import|export)[^"'`;]*?from "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm)].map(
    ([, from, bare, dynamic]) => {
      const name = from ?? bare ?? dynamic ?? "";
      return name.startsWith(".") ? relative(root, join(root, dirname(file), name)) : name;
    },
  );
}

const layers: readonly [folder: string, allowed: RegExp][] = [
  ["lib/sip", /^(lib\/sip\/|node:crypto$)/],
  ["lib/memory", /^lib\/(sip\/|memory\/|signaling\/)/],
  [
    "lib/aws",
    /^(lib\/(sip\/|aws\/|signaling\/|operations\/(line\.ts$|calls\.ts$|phones\.ts$|widget\.ts$|ladder\/|records\/)|errors\.ts$)|node:|@aws-sdk\/|@smithy\/|@aws-lambda-powertools\/metrics$|@middy\/core$|aws-lambda$|jose$)/,
  ],
  ["lib/aws/client", /^(lib\/(aws\/client\/|errors\.ts$)|node:|@aws-sdk\/|@smithy\/)/],
  ["lambdas", /^(lib\/aws\/|@middy\/core$|aws-lambda$)/],
  [
    "lib/cdk",
    /^(lib\/cdk\/|lib\/(errors|package-root)\.ts$|lib\/aws\/(environment|dynamodb\/schema|authorizer\/(token-settings|issuer-url)|api-gateway\/origins|records\/call-schema)\.ts$|lib\/operations\/records\/measures\.ts$|lib\/phone\/(page-files|headers|phone-config)\.ts$|lib\/sip\/(policy\/[\w-]+|state\/(digest-algorithm|own-settings))\.ts$|node:|aws-cdk-lib|constructs$|esbuild$)/,
  ],
  ["lib/local", /^(?!lib\/(?!local\/)|lambdas\/|bin\/)/],
];

describe("imports go one way", () => {
  test.each(layers)("%s", (folder, allowed) => {
    const files = sources(folder);
    expect(files.length).toBeGreaterThan(0);
    const strangers = files.flatMap((file) =>
      importsOf(file)
        .filter((name) => !allowed.test(name))
        .map((name) => `${file} imports ${name}`),
    );
    expect(strangers).toEqual([]);
  });

  test("a folder of lib imports those above its line in lib/README.md, types included", () => {
    const table = readFileSync(join(root, "lib/README.md"), "utf8");
    const order = [...table.matchAll(/^\| `([\w-]+)\/` \|/gm)].map(([, folder = ""]) => folder);
    const folders = readdirSync(join(root, "lib"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(order.toSorted()).toEqual(folders.map(({ name }) => name).toSorted());
    const below = order.flatMap((folder, at) =>
      sources(`lib/${folder}`).flatMap((file) =>
        importsOf(file)
          .filter((name) => order.indexOf(name.split("/")[1] ?? "") > at && name.startsWith("lib/"))
          .map((name) => `${file} imports ${name}`),
      ),
    );
    expect(below).toEqual([]);
  });

  test("no import of lib leads back to its own file, those of types included", () => {
    expect(cyclesAmong(sources("lib"))).toEqual([]);
  });

  test("only lib/aws/client knows the AWS SDK", () => {
    const users = ["lib", "bin", "lambdas"]
      .flatMap(sources)
      .filter((file) => importsOf(file).some((name) => /^@(aws-sdk|smithy)\//.test(name)));
    expect(users.filter((file) => !file.startsWith("lib/aws/client/"))).toEqual([]);
    expect(users.length).toBeGreaterThan(0);
  });

  test("lib/signaling imports the protocol and the errors alone", () => {
    expect(
      sources("lib/signaling")
        .flatMap(importsOf)
        .filter((name) => !/^lib\/(sip\/|signaling\/|errors\.ts$)/.test(name)),
    ).toEqual([]);
  });
});

/** The floors of `lib/sip`, lowest first. A file may import files of its own folder, and of floors below. */
const floors: readonly string[] = [
  "syntax",
  "transport",
  "tokens",
  "transaction",
  "state",
  "policy",
  "reasons.ts",
  "advice.ts",
  "effect.ts",
  "timer.ts",
  "outcome.ts",
  "world.ts",
  "uas",
  "limits",
  "location",
  "auth",
  "redirect",
  "turn",
  "messaging",
  "registrar",
  "proxy",
  "events",
  "own-settings",
  "http-callee",
  "stack.ts",
];

describe("lib/sip has floors", () => {
  const floorOf = (file: string): number => floors.indexOf(file.split("/")[2] ?? "");

  test("every file is on one", () => {
    expect(sources("lib/sip").filter((file) => floorOf(file) === -1)).toEqual([]);
  });

  test("imports go down, those of types too", () => {
    const upward = sources("lib/sip").flatMap((file) =>
      importsOf(file)
        .filter((name) => name.startsWith("lib/sip/") && floorOf(name) > floorOf(file))
        .map((name) => `${file} imports ${name}`),
    );
    expect(upward).toEqual([]);
  });
});

/** The floors of `lib/aws`, lowest first. A file beside the folders is on none. */
const awsFloors: readonly (readonly string[])[] = [
  ["client"],
  ["api-gateway", "dynamodb", "records", "secrets-manager", "sqs"],
  ["authorizer", "http-endpoint", "web-push", "widget"],
];

test("the folders of lib/aws import downwards, those of one floor not each other", () => {
  const floorOf = (path: string): number => awsFloors.findIndex((folders) => folders.includes(folderOf(path)));
  const folderOf = (path: string): string => path.split("/")[2] ?? "";
  const folders = sources("lib/aws").filter((file) => file.split("/").length > 3);
  expect(folders.filter((file) => floorOf(file) === -1)).toEqual([]);
  const upward = folders.flatMap((file) =>
    importsOf(file)
      .filter((name) => name.startsWith("lib/aws/") && floorOf(name) >= floorOf(file))
      .filter((name) => folderOf(name) !== folderOf(file))
      .map((name) => `${file} imports ${name}`),
  );
  expect(upward).toEqual([]);
});

test.each(["lib/aws/dynamodb", "lib/memory/state"])(
  "%s has a file for each stored record of lib/sip/state",
  (folder) => {
    const records = importsOf("lib/sip/state/snapshot.ts")
      .filter((file) => dirname(file) === "lib/sip/state" && file !== "lib/sip/state/live.ts") // a rule for all records
      .map((file) => basename(file));
    expect(records.length).toBeGreaterThan(0);
    expect(records.filter((file) => !sources(folder).includes(join(folder, file)))).toEqual([]);
  },
);

/** Numbers outside `policy/`: given by an RFC or a format, or part of the algorithm beside them. */
const fixedNumbers: ReadonlySet<string> = new Set([
  "ALL_COUNTS", // eight hexadecimal digits of a nonce count
  "SUBSCRIBER_BITS", // RFC 6177
  "SITE_BITS", // RFC 6177
  "KEY_LENGTH", // base64url of a hash
  "ID_LENGTH", // base64url of a hash
  "USUAL_MAX_FORWARDS", // RFC 3261 §16.6 step 3
  "HIGHEST_CSEQ", // RFC 3261 §8.1.1.5
  "USUAL_MAX_BREADTH", // RFC 5393 §5.3.3
  "BUSY", // a status
  "LONGEST_NAME", // RFC 8489 §14.3
  "MAX_KEEP_ALIVE", // RFC 5626 §3.5.1, with room for white space
  "EMPTY_ROW_SECONDS", // state/ is below policy/
  "MEMORY_SECONDS", // state/ is below policy/
  "LATE_SECONDS", // state/ is below policy/
  "CLOSED_SECONDS", // state/ is below policy/
  "STEADY_LOOKS", // links of the chain of timers beside it, which Lambda ends at 16
  "LAST_LOOK", // the same
  "LAST_EPOCH", // the same
  "LONGEST_CALL", // seconds that such a chain takes
]);

test("a number that could be chosen otherwise is a setting of lib/sip/policy", () => {
  const files = sources("lib/sip").filter((file) => !/^lib\/sip\/(policy|syntax|tokens)\//.test(file));
  const numbers = files.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/^(?:export )?const ([A-Z][A-Z_]+) = [\d_.]+/gm)].map(
      ([, name = ""]) => name,
    ),
  );
  expect(numbers.filter((name) => !fixedNumbers.has(name))).toEqual([]);
});

/** Each cycle once, as the path that closes it. */
function cyclesAmong(files: readonly string[]): string[] {
  const imports = new Map(files.map((file) => [file, importsOf(file).filter((name) => files.includes(name))]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) cycles.push([...path.slice(at), file].join(" -> "));
    if (at >= 0 || done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  return cycles;
}

test("the protocol has no clock, no randomness, no timers and no environment", () => {
  const impure = /Date\.now|new Date\(\)|Math\.random|randomBytes|randomUUID|setTimeout|setInterval|process\./;
  const found = sources("lib/sip").filter((file) => impure.test(readFileSync(join(root, file), "utf8")));
  expect(found).toEqual([]);
});

test("properties are tested by test/support/properties.ts, whose inputs are the same in each run", () => {
  const users = sources("test").filter((file) => importsOf(file).includes("fast-check"));
  expect(users).toEqual(["test/support/properties.ts"]);
});
