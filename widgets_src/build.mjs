/**
 * Bundle every widget of this folder into dl_helpers/widgets/static, or into the folder that is given.
 *
 *     npm ci && npm run build
 *
 * The bundles are committed, because those who use the course have no Node. Beside them lie the licences of what is inside.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = resolve(process.argv[2] ?? join(here, "../dl_helpers/widgets/static"));
const widgets = readdirSync(here).filter((file) => file.endsWith(".js"));

const { metafile } = await esbuild.build({
  absWorkingDir: here,
  entryPoints: [...widgets, "figure.css"],
  outdir: target,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "inline",
  banner: { js: "/* Built from widgets_src/. Contains modules of d3 (ISC licence): see THIRD_PARTY_LICENSES.md. */" },
  metafile: true,
});

const packages = [...new Set(Object.keys(metafile.inputs).map((file) => file.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]))]
  .filter(Boolean).sort();
const licences = packages.map((name) => {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json")));
  return `## ${name} ${version} (${license})\n\n${readFileSync(join(folder, "LICENSE"), "utf8").trim()}\n`;
});
const opening = "# Licences of the modules inside the bundles\n\nWritten by widgets_src/build.mjs.\n";
writeFileSync(join(target, "THIRD_PARTY_LICENSES.md"), [opening, ...licences].join("\n"));
