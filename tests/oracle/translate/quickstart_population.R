# Table 'population', for audit: estimates and standard errors as cifra 0.1.0 makes them
library(survey)

# Columns of files, as texts or numbers; an empty cell is missing.
read_columns <- function(files, types) {
  one <- function(file) {
    header <- names(read.csv(file, nrows = 1, check.names = FALSE))
    classes <- ifelse(header %in% names(types), types[header], "NULL")
    read.csv(file, colClasses = unname(classes), na.strings = "", check.names = FALSE, encoding = "UTF-8")
  }
  do.call(rbind, lapply(files, one))
}
# The sum over records of each row above, 0 without any.
sum_above <- function(values, rows, size) {
  sums <- numeric(size)
  found <- rowsum(values, rows)
  sums[as.integer(rownames(found))] <- found[, 1]
  sums
}
# The records, and a row of weight 0 for every unit of the design, so that no PSU is lost.
with_units <- function(records, units, columns, weight) {
  units <- unique(units[columns])
  empty <- records[rep(NA_integer_, nrow(units)), ]
  empty[columns] <- units
  empty[c(weight, grep("^(in|num|den)_", names(records), value = TRUE))] <- 0
  rbind(records, empty)
}
results <- NULL
tell <- function(indicator, estimate, by = NULL, suffix = "") {
  domain <- if (is.null(by)) "" else do.call(paste, c(Map(function(v) paste0(v, "=", estimate[[v]]), by), sep = ";"))
  domain <- paste0(domain, ifelse(domain != "" & suffix != "", ";", ""), suffix)
  results <<- rbind(results, data.frame(indicator, domain, estimate = as.vector(coef(estimate)),
                                        se = as.vector(unlist(SE(estimate)))))
}

dwellings <- read_columns(c("survey/out/weights.csv"), c("stratum" = "character", "psu" = "character", "dwelling" = "character", "certainty" = "numeric", "household_weight" = "numeric", "person_weight" = "numeric"))

persons <- read_columns(c("survey/out/person.csv"), c("household" = "character"))
persons$row_dwellings <- match(persons$household, dwellings$dwelling)
persons$person_weight <- dwellings$person_weight[persons$row_dwellings]
persons$record_weight <- with(persons, person_weight)
persons$in_adults <- with(persons, ifelse(rep_len(TRUE, nrow(persons)), 1, 0))
persons$num_adults <- with(persons, in_adults * 1)
dwellings$record_weight <- with(dwellings, household_weight)
dwellings$in_households <- with(dwellings, ifelse(rep_len(TRUE, nrow(dwellings)), 1, 0))
dwellings$num_households <- with(dwellings, in_households * 1)
persons$psu <- dwellings$psu[persons$row_dwellings]
persons$dwelling <- dwellings$dwelling[persons$row_dwellings]
persons$stratum <- dwellings$stratum[persons$row_dwellings]
persons$certainty <- dwellings$certainty[persons$row_dwellings]

sample <- with_units(persons, dwellings, c("psu", "dwelling", "stratum", "certainty"), "record_weight")
sample$design_stratum <- ifelse(sample$certainty %in% 1, paste(sample$stratum, sample$psu, sep = "|"), sample$stratum)
sample$design_psu <- ifelse(sample$certainty %in% 1, sample$dwelling, sample$psu)
options(survey.lonely.psu = "fail")
design <- svydesign(ids = ~design_psu, strata = ~design_stratum, weights = ~record_weight, data = sample, nest = TRUE)
tell("adults", svytotal(~num_adults, design = subset(design, in_adults == 1)))

sample <- dwellings
sample$design_stratum <- ifelse(sample$certainty %in% 1, paste(sample$stratum, sample$psu, sep = "|"), sample$stratum)
sample$design_psu <- ifelse(sample$certainty %in% 1, sample$dwelling, sample$psu)
options(survey.lonely.psu = "fail")
design <- svydesign(ids = ~design_psu, strata = ~design_stratum, weights = ~record_weight, data = sample, nest = TRUE)
tell("households", svytotal(~num_households, design = subset(design, in_households == 1)))
results$table <- "population"

