// The SQL of 12 prevalences and their linearized standard errors by domain: sums by PSU and domain, deviations from the
// prevalence, their spread within strata. `domains`: name of each variable and its expression.
const each = (text) => [...Array(12).keys()].map((i) => text(i + 1)).join(', ');

export function linearized(source, domains) {
  const keys = Object.keys(domains);
  const list = (...names) => [...names, ...keys].join(', ');
  const made = keys.filter((key) => domains[key] !== key).map((key) => `, ${domains[key]} AS ${key}`);
  const group = keys.length ? `GROUP BY ${keys}` : '';
  const join = keys.length ? `JOIN domain USING (${keys})` : 'CROSS JOIN domain';
  return `WITH sums AS MATERIALIZED (
    SELECT ${list('stratum', 'psu')}, sum(weight) AS w, ${each((i) => `sum(weight * v${i}) AS y${i}`)}
    FROM (SELECT *${made} FROM ${source}) GROUP BY ${list('stratum', 'psu')}),
  drawn AS (SELECT stratum, CAST(count(DISTINCT psu) AS DOUBLE) AS n FROM sums GROUP BY stratum),
  domain AS (SELECT ${list()}${keys.length ? ',' : ''} sum(w) AS total, ${each((i) => `sum(y${i}) / sum(w) AS p${i}`)}
    FROM sums ${group}),
  spread AS (
    SELECT ${list('stratum')}, ${each((i) => `any_value(p${i}) AS q${i}, sum((y${i} - p${i} * w) / total) AS a${i},
      sum(pow((y${i} - p${i} * w) / total, 2)) AS b${i}`)}
    FROM sums ${join} GROUP BY ${list('stratum')})
  SELECT ${[...keys, each((i) => `any_value(q${i}) AS p${i},
      sqrt(sum(n / (n - 1) * (b${i} - a${i} * a${i} / n))) AS se${i}`)].join(', ')}
  FROM spread JOIN drawn USING (stratum) ${group} ${keys.length ? `ORDER BY ${keys}` : ''}`;
}
