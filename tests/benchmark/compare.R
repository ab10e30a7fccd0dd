# Rscript compare.R REFERENCE.csv FILE...: the largest relative difference of estimates and standard errors from those
# of the reference, a line a file. All are files that survey.R writes, estimates.csv, comparisons.csv or models.csv of
# cifra, or what the other peers print of T2. Exit 1 above 1e-9.
suppressPackageStartupMessages(library(data.table))

read_result <- function(file) {
    table <- fread(file)
    if ("part" %in% names(table)) table <- table[part == "coefficient"]
    if ("estimate" %in% names(table)) return(table[, .(estimate, se)])
    column <- function(name) unlist(table[, paste0(name, 1:12), with = FALSE])
    data.table(estimate = column("p"), se = column("se"))
}

# Where there is no case cifra gives no standard error and the others 0.
difference <- function(theirs, reference) {
    theirs[is.na(theirs)] <- 0
    reference[is.na(reference)] <- 0
    max(ifelse(reference == 0, abs(theirs), abs(theirs / reference - 1)))
}

files <- commandArgs(TRUE)
reference <- read_result(files[1])
worst <- 0
for (file in files[-1]) {
    result <- read_result(file)
    stopifnot(nrow(result) == nrow(reference), nrow(result) > 0)
    found <- c(difference(result$estimate, reference$estimate), difference(result$se, reference$se))
    cat(sprintf("%s,%.1e,%.1e\n", file, found[1], found[2]))
    worst <- max(worst, found)
}
quit(status = if (worst < 1e-9) 0 else 1)
