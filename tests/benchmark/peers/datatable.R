# Rscript datatable.R FOLDER TASK: t1 or t2 written out with data.table: sums by PSU, deviations from the prevalence,
# their spread within strata. Prints what duckdb.mjs prints. t5: 1,000 multinomial bootstrap replicates, the factors of PSUs as one
# matrix; read-t5 only reads its columns.
suppressPackageStartupMessages(library(data.table))
given <- commandArgs(TRUE)
setDTthreads(2)
crimes <- paste0("v", 1:12)
if (endsWith(given[2], "t5")) {
    persons <- fread(file.path(given[1], "persons.csv"), select = c("stratum", "psu", "region", "weight", crimes))
    if (given[2] != "t5") quit()
    sums <- persons[, c(list(weight = sum(weight)), lapply(.SD, function(y) sum(weight * y))), .SDcols = crimes,
                    by = .(stratum, psu, region)]
    factors <- matrix(0, nrow(sums), 1000)
    for (rows in split(seq_len(nrow(sums)), sums$stratum)) {
        n <- length(rows)
        factors[rows, ] <- rmultinom(1000, n - 1, rep(1, n)) * n / (n - 1)
    }
    totals <- lapply(c("weight", crimes), function(name) rowsum(sums[[name]] * factors, sums$region))
    fwrite(as.data.table(sapply(totals[-1], function(total) apply(total / totals[[1]], 1, sd))))
    quit()
}
domain <- if (given[2] == "t2") c("region", "sex") else character(0)
persons <- fread(file.path(given[1], "persons.csv"), select = c("stratum", "psu", "weight", "region", "sex", crimes))
drawn <- unique(persons[, .(stratum, psu)])[, .(n = .N), keyby = stratum]
persons[, (crimes) := lapply(.SD, `*`, weight), .SDcols = crimes]
sums <- persons[, lapply(.SD, sum), by = c("stratum", "psu", domain), .SDcols = c("weight", crimes)]
prevalence <- sums[, lapply(.SD, function(y) sum(y) / sum(weight)), keyby = domain, .SDcols = crimes]
sums[, (crimes) := lapply(.SD, function(y) (y - sum(y) / sum(weight) * weight) / sum(weight)), by = domain,
     .SDcols = crimes]
spread <- sums[, c(lapply(.SD, sum), lapply(.SD, function(z) sum(z^2))), by = c("stratum", domain), .SDcols = crimes]
setnames(spread, c("stratum", domain, paste0("a", 1:12), paste0("b", 1:12)))
n <- drawn[.(spread$stratum), n]
for (i in 1:12)
    set(spread, j = crimes[i], value = n / (n - 1) * (spread[[paste0("b", i)]] - spread[[paste0("a", i)]]^2 / n))
error <- spread[, lapply(.SD, function(v) sqrt(sum(v))), keyby = domain, .SDcols = crimes]
columns <- function(table, name) setnames(as.data.table(table)[, ..crimes], paste0(name, 1:12))
fwrite(cbind(prevalence[, ..domain], columns(prevalence, "p"), columns(error, "se")))
