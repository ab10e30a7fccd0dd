// A JSON document against its schema: node check_json.mjs SCHEMA.json FILE.json. Exit: 0 it holds; 3 it does not; 69
// Ajv is not installed (install.sh).
import fs from 'node:fs';

const { default: Ajv2020 } = await import('ajv/dist/2020.js').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error('Ajv is not installed: engine/program/web/install.sh');
  process.exit(69);
});

const [schema, document] = process.argv.slice(2).map((file) => JSON.parse(fs.readFileSync(file, 'utf8')));
const validate = new Ajv2020({ allErrors: true }).compile(schema);
if (!validate(document)) {
  console.error(validate.errors);
  process.exit(3);
}
