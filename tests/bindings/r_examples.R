# Runs the examples of every page of the manual: Rscript r_examples.R FOLDER
library(cifra)
pages <- list.files(commandArgs(trailingOnly = TRUE)[1], pattern = "\\.Rd$", full.names = TRUE)
stopifnot(length(pages) > 3)
for (page in pages) {
  problems <- tools::checkRd(page)
  if (length(problems)) stop(problems)
  code <- tempfile(fileext = ".R")
  tools::Rd2ex(page, code)
  if (file.exists(code)) source(code, local = new.env(), echo = FALSE)
}
cat(length(pages), "pages\n")
