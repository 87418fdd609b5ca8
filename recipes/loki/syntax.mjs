// Parses every query of a file with Grafana's grammar of LogQL: node syntax.mjs GRAMMAR_DIRECTORY QUERIES
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [directory, queries] = process.argv.slice(2);
const { parser } = createRequire(resolve(directory, "package.json"))("@grafana/lezer-logql");

/** The text at which the grammar stumbles, or null. */
function mistake(query) {
  let found = null;
  parser.parse(query).iterate({
    enter(node) {
      if (node.type.isError) found ??= query.slice(node.from) || "the end";
    },
  });
  return found;
}

// The grammar does refuse something.
if (mistake('{app="controller"} | | json') === null) throw new Error("no mistake found");

let count = 0;
for (const query of readFileSync(queries, "utf8").split("\n")) {
  if (query === "" || query.startsWith("#")) continue;
  const at = mistake(query);
  if (at !== null) {
    console.error(`${queries}: ${query}\nstumbles at: ${at}`);
    process.exitCode = 1;
  }
  count += 1;
}
console.log(`${count} queries are LogQL`);
