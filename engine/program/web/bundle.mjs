// Bundles what pages hold in themselves, each entry with the packages it needs as one script: node bundle.mjs FOLDER
// writes charts.js (charts.mjs, of the report) and preview.js (preview.mjs, of the form in a browser). The licences of
// the packages stand at the head, since the pages are handed on with them.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const vue = {
  'process.env.NODE_ENV': '"production"',
  __VUE_OPTIONS_API__: 'true',
  __VUE_PROD_DEVTOOLS__: 'false',
  __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
};

const folderOf = (file) => /.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? [];

function licences(inputs) {
  const folders = new Set(Object.keys(inputs).flatMap(folderOf));
  const notices = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(fs.readFileSync(path.join(here, folder, 'package.json'), 'utf8'));
    const file = fs.readdirSync(path.join(here, folder)).find((each) => /^licen[cs]e/i.test(each));
    const text = file ? fs.readFileSync(path.join(here, folder, file), 'utf8').trim() : '';
    return `${name} ${version}, ${license}\n\n${text}\n`;
  });
  return `/*\n${notices.join('\n').replaceAll('*/', '* /')}*/\n`;
}

async function bundle(name, folder, options) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: here,
    entryPoints: [`${name}.mjs`],
    bundle: true,
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    write: false,
    ...options,
  });
  fs.writeFileSync(path.join(folder, `${name}.js`), licences(metafile.inputs) + outputFiles[0].text);
}

const folder = path.resolve(process.argv[2]);
fs.mkdirSync(folder, { recursive: true });
await bundle('charts', folder, {});
await bundle('preview', folder, { format: 'esm', target: 'es2022', define: vue });
