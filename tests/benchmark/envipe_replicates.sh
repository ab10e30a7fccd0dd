#!/bin/sh
# 1,000 bootstrap replicates of ENVIPE 2021, each raked again to the totals of FAC_ELE by state, sex and age group:
# CPU seconds, wall seconds and peak memory of `cifra weight`, first without files (the errors of `compare` alone), then
# with the file of replicate weights. Usage: envipe_replicates.sh CIFRA DATA_FOLDER
set -eu
cifra=$1 data=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
awk -F, 'NR == 1 { for (i = 1; i <= NF; ++i) at[$i] = i; next }
  { w = $at["FAC_ELE"]; age = $at["EDAD"]; group = age <= 29 ? "18-29" : age <= 44 ? "30-44" : age <= 59 ? "45-59" : "60+"
    sum["state," $at["CVE_ENT"]] += w; sum["SEXO," $at["SEXO"]] += w; sum["age_group," group] += w }
  END { print "variable,category,total"; for (k in sum) printf "%s,%.0f\n", k, sum[k] }' \
  "$data/envipe2021/persons.csv" | sed 's/^state,/CVE_ENT,/' > "$work/controls.csv"
for write in false true; do
  cat > "$work/weighting.yaml" <<END
sample: $data/envipe2021/persons.csv
household: none
unit: ID_PER
base_weight: FAC_ELE
groups: {age_group: [{code: "18-29", when: EDAD <= 29}, {code: "30-44", when: EDAD <= 44}, {code: "45-59", when: EDAD <= 59}, {code: "60+", when: EDAD >= 60}]}
steps: [{step: raking, controls: {file: controls.csv}}]
design: {strata: EST_DIS, psu: UPM_DIS}
replicates: {method: rao_wu, count: 1000, write: $write}
compare: [SEXO, DOMINIO]
END
  echo "write: $write"
  /usr/bin/time -f '%U s user, %S s system, %e s wall, %M KiB' \
    "$cifra" weight --plan "$work/weighting.yaml" --out "$work/out" --threads 2
done
ls -l "$work/out"
