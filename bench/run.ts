// `npm run bench` compares parsing and the proxy's work with other libraries; `npm run bench -- lambda` compares the CPU of
// the deployed functions with that of another revision; `npm run bench -- observation` the CPU of a call with that of one that
// writes no log; `npm run bench -- kamailio` the local cloud with Kamailio.
const [name, ...words] = process.argv.slice(2);

if (name === "lambda") {
  const { run } = await import("./lambda/run.ts");
  process.exitCode = await run(words);
} else if (name === "observation") {
  const { run } = await import("./observation.ts");
  process.exitCode = await run(words);
} else if (name === "kamailio") {
  await import("./kamailio/run.ts");
} else {
  await import("./syntax.ts");
}
