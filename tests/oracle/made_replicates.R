# Replicate weights made by cifra, read by R survey with the lines that cifra writes, and R's own jackknife factors.
# Rscript tests/oracle/made_replicates.R tests/oracle/made_replicates.csv FOLDER > tests/oracle/made_replicates.json
# FOLDER holds, for every method, METHOD.csv and METHOD.r (the test MadeReplicates.AgreeWithR leaves them in
# $CIFRA_KEEP_REPLICATES). The sample: 12 PSUs in 5 strata, 2 or 4 in each, one stratum taken whole.
suppressPackageStartupMessages({library(survey); library(jsonlite)})
arguments <- commandArgs(TRUE)
d <- read.csv(arguments[1])
folder <- normalizePath(arguments[2])
out <- list(head = list(survey = as.character(packageVersion("survey")), R = R.version.string,
                        call = "Rscript tests/oracle/made_replicates.R tests/oracle/made_replicates.csv FOLDER"))
psus <- d[!duplicated(d[c("stratum", "psu")]), ]
jkn <- as.svrepdesign(svydesign(~psu, strata = ~stratum, fpc = ~psus, weights = ~w, data = psus, nest = TRUE), type = "JKn")
out$jkn <- list(factors = unname(weights(jkn, "replication")), coefficients = jkn$scale * jkn$rscales)
one <- as.svrepdesign(svydesign(~psu, weights = ~w, data = transform(psus, psu = seq_along(psu), N = 60), fpc = ~N), type = "JK1")
out$jk1 <- list(factors = unname(weights(one, "replication")), coefficients = one$scale * one$rscales)
setwd(folder)
for (file in list.files(folder, pattern = "[.]r$")) {
  design <- eval(parse(text = readLines(file)))
  total <- svytotal(~y, design); ratio <- svyratio(~y, ~x, design); mean <- svyby(~y, ~g, design, svymean)
  out$se[[sub("[.]r$", "", file)]] <- list(total = as.vector(SE(total)), ratio = as.vector(SE(ratio)),
    mean = as.vector(SE(mean)), replicates = ncol(weights(design, "analysis")))
}
cat(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "\n")
