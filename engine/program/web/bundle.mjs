// Bundles charts.mjs with what it needs into one script: node bundle.mjs OUTPUT.js. The licences of the packages in
// it stand at its head, since the report is handed on with it.
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const [output] = process.argv.slice(2);
const { outputFiles, metafile } = await build({
  entryPoints: ['charts.mjs'],
  bundle: true,
  minify: true,
  charset: 'utf8',
  legalComments: 'none',
  metafile: true,
  write: false,
});

const folderOf = (file) => /.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? [];
const folders = new Set(Object.keys(metafile.inputs).flatMap(folderOf));
const notices = [...folders].sort().map((folder) => {
  const { name, version, license } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const file = fs.readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  return `${name} ${version}, ${license}\n\n${file ? fs.readFileSync(path.join(folder, file), 'utf8').trim() : ''}\n`;
});
const head = `/*\n${notices.join('\n').replaceAll('*/', '* /')}*/\n`;

fs.mkdirSync(path.dirname(output), { recursive: true });
fs.writeFileSync(output, head + outputFiles[0].text);
