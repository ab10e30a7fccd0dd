// node clickhouse_sql.mjs TABLE: T2 in the SQL of ClickHouse 18.16, which knows neither WITH of tables nor joins of
// more than two.
const table = process.argv[2];
const each = (text) => [...Array(12).keys()].map((i) => text(i + 1)).join(', ');

const sums = `SELECT stratum, region, sex, psu, sum(weight) AS w, ${each((i) => `sum(weight * v${i}) AS y${i}`)}
  FROM ${table} GROUP BY stratum, region, sex, psu`;
const domains = `SELECT region, sex, sum(weight) AS total, ${each((i) => `sum(weight * v${i}) / sum(weight) AS p${i}`)}
  FROM ${table} GROUP BY region, sex`;
const drawn = `SELECT stratum, toFloat64(uniqExact(psu)) AS n FROM ${table} GROUP BY stratum`;
const deviations = `SELECT stratum, region, sex, ${each((i) => `p${i}, (y${i} - p${i} * w) / total AS z${i}`)}
  FROM (${sums}) ANY LEFT JOIN (${domains}) USING region, sex`;
const spread = `SELECT stratum, region, sex,
    ${each((i) => `any(p${i}) AS q${i}, sum(z${i}) AS a${i}, sum(z${i} * z${i}) AS b${i}`)}
  FROM (${deviations}) GROUP BY stratum, region, sex`;
console.log(`SELECT region, sex,
    ${each((i) => `any(q${i}) AS p${i}, sqrt(sum(n / (n - 1) * (b${i} - a${i} * a${i} / n))) AS se${i}`)}
  FROM (${spread}) ANY LEFT JOIN (${drawn}) USING stratum GROUP BY region, sex ORDER BY region, sex
  FORMAT CSVWithNames`);
