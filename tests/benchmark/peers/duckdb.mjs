// node duckdb.mjs FOLDER TASK [THREADS]: t1, t2 or t2_districts in SQL over the CSV file; estimates and standard errors
// as CSV on standard output.
import duckdb from '@duckdb/node-api';
import { linearized } from './duckdb_sql.mjs';

const [folder, task, threads = '2'] = process.argv.slice(2);
const domains = { t1: {}, t2: { region: 'region', sex: 'sex' },
                  t2_districts: { region: 'region', sex: 'sex', district: 'psu % 100' } }[task];
const numbered = (name, n) => [...Array(n).keys()].map((i) => `${name}${i + 1}`);
const names = ['person_id', 'year', 'region', 'area', 'stratum', 'psu', 'weight', 'sex', 'age_group', 'income_q',
               ...numbered('v', 12), ...numbered('n', 6), 'reported', 'cost', ...numbered('cal', 3)];
const types = names.map((name) => `'${name}': '${['weight', 'cost', 'cal3'].includes(name) ? 'DOUBLE' : 'INTEGER'}'`);
const source = `read_csv('${folder}/persons.csv', header = true, delim = ',', quote = '', escape = '',
  auto_detect = false, columns = {${types}})`;

const connection = await (await duckdb.DuckDBInstance.create(':memory:')).connect();
await connection.run(`SET threads = ${threads}`);
const result = await connection.runAndReadAll(linearized(source, domains));
for (const row of [result.columnNames(), ...result.getRows()]) console.log(row.join(','));
