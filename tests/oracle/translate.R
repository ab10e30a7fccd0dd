# Runs the R code that `cifra translate --to r` printed for tables of the quickstart (without `chain`) and of ENVIPE 2021
# (oracle/translate/*.R) and keeps what it gives: oracle/translate/*.csv.
#   Rscript tests/oracle/translate.R FOLDER quickstart     FOLDER holds survey/, the quickstart after `cifra run`
#   Rscript tests/oracle/translate.R FOLDER envipe         FOLDER holds data/, with the microdata
# Needs survey.
arguments <- commandArgs(trailingOnly = TRUE)
home <- normalizePath("tests/oracle/translate")
setwd(arguments[1])
for (script in list.files(home, pattern = paste0("^", arguments[2], ".*\\.R$"), full.names = TRUE)) {
  here <- new.env()
  suppressWarnings(suppressMessages(sys.source(script, here)))
  file <- sub("\\.R$", ".csv", script)
  writeLines(c(sprintf("# R %s, survey %s; made by tests/oracle/translate.R", getRversion(), packageVersion("survey")),
               "table,indicator,domain,estimate,se",
               with(here$results, sprintf("%s,%s,%s,%.17g,%.17g", table, indicator, domain, estimate, se))), file)
}
