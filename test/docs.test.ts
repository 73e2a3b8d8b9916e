import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { usage } from "../lib/local/command/options.ts";

// The pages for users: every code block is a file that is compiled, or a command that exists.

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(root + path, "utf8");
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...[
    "getting-started",
    "deploy",
    "login",
    "phone",
    "clients",
    "configuration",
    "troubleshooting",
    "scale",
    "security",
  ].map((name) => `docs/${name}.md`),
];

interface Block {
  readonly page: string;
  readonly language: string;
  readonly text: string;
  /** The line before the block. */
  readonly before: string;
}

const blocks: readonly Block[] = pages.flatMap((page) =>
  [...read(page).matchAll(/^(.*)\n *```(\w*)\n([^]*?)\n *```$/gm)].map(([, before = "", language = "", text = ""]) => {
    return { page, before, language, text };
  }),
);
const commands = blocks.filter(({ language }) => language === "sh").flatMap(({ text }) => text.split("\n"));

test("a code block is of a file, or a command", () => {
  expect(blocks.length).toBeGreaterThan(15);
  const loose = blocks.filter(({ language, before }) => language !== "sh" && !/^<!-- \S+ -->$/.test(before));
  expect(loose).toEqual([]);
});

describe("in commands", () => {
  test("-c options are those of the app", () => {
    const known = read("lib/cdk/app-options.ts");
    const named = commands.flatMap((line) => [...line.matchAll(/ -c (\w+)=/g)].map(([, name = ""]) => name));
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !new RegExp(`(?:text|list)\\("${name}"\\)`).test(known))).toEqual([]);
  });

  test("verbs and options of sip-serverless exist", () => {
    const program = ["bin/sip.ts", "lib/cli/user-commands.ts", "lib/cli/call-commands.ts", "lib/cli/on-deployment.ts"]
      .map(read)
      .join("");
    const lines = commands.filter((line) => line.includes("npx sip-serverless "));
    expect(lines.length).toBeGreaterThan(3);
    const unknown = lines.flatMap((line) => {
      const [, verb = "", rest = ""] = /npx sip-serverless (\w+)(.*?)(?:\s#.*)?$/.exec(line) ?? [];
      const known = verb === "start" ? usage : verb === "phone" ? read("bin/phone.ts") : program;
      const options = [...rest.matchAll(/--[\w-]+/g)].map(([option]) => option);
      const strange = options.filter((option) => !known.includes(option) && option !== "--help");
      return program.includes(`command("${verb}"`) || program.includes(`  ${verb}: {`) ? strange : [verb];
    });
    expect(unknown).toEqual([]);
  });
});

test("the example of the CDK app has ten lines at most, without imports and blanks", () => {
  const lines = read("examples/cdk-app/app.ts").split("\n");
  expect(lines.filter((line) => line !== "" && !line.startsWith("import ")).length).toBeLessThanOrEqual(10);
});

test("versions in examples are those of the package", () => {
  const { version, peerDependencies, devDependencies } = JSON.parse(read("package.json"));
  const known: Record<string, string> = { ...devDependencies, ...peerDependencies, "sip-serverless": `^${version}` };
  const folders = readdirSync(`${root}examples`, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const files = folders
    .map(({ name }) => `examples/${name}/package.json`)
    .filter((path) => !/login|billing/.test(path));
  for (const file of files) {
    const example = JSON.parse(read(file));
    const named = Object.entries<string>({ ...example.dependencies, ...example.devDependencies });
    expect(named.length).toBeGreaterThan(0);
    const others = named.filter(([name, wanted]) => known[name] !== undefined && known[name] !== wanted);
    expect(others.filter(([name]) => name !== "@types/node")).toEqual([]);
  }
});
