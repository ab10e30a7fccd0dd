# Table 'reporting', for audit: estimates and standard errors as cifra 0.1.0 makes them
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

persons <- read_columns(c("survey/out/person.csv"), c("household" = "character", "line" = "character"))
persons$row_dwellings <- match(persons$household, dwellings$dwelling)

personal_crimes <- read_columns(c("survey/out/incident.csv"), c("household" = "character", "line" = "character", "victim_unit" = "character", "times" = "numeric", "series" = "character", "reported" = "character", "reported_by_other" = "character", "file_opened" = "character"))
personal_crimes$reported[personal_crimes$reported %in% c("-1", "8", "9")] <- NA
personal_crimes$reported_by_other[personal_crimes$reported_by_other %in% c("-1", "8", "9")] <- NA
personal_crimes$file_opened[personal_crimes$file_opened %in% c("-1", "8", "9")] <- NA
personal_crimes$row_persons <- match(paste(personal_crimes$household, personal_crimes$line, sep = "\r"), paste(persons$household, persons$line, sep = "\r"))
personal_crimes <- personal_crimes[with(personal_crimes, ((victim_unit == "person") %in% TRUE)), ]
personal_crimes$told <- with(personal_crimes, ((reported %in% "1") | (reported_by_other %in% "1")))
persons$person_weight <- dwellings$person_weight[persons$row_dwellings]
persons$record_weight <- with(persons, person_weight)
personal_crimes$record_weight <- persons$record_weight[personal_crimes$row_persons]
personal_crimes$times_series <- with(personal_crimes, ifelse(((series %in% "1") %in% TRUE), ifelse(is.na(times), 6, pmin(times, 10)), 1))
personal_crimes$weight_series <- personal_crimes$record_weight * personal_crimes$times_series
personal_crimes$in_reported <- with(personal_crimes, ifelse(rep_len(TRUE & !is.na(told), nrow(personal_crimes)), 1, 0))
personal_crimes$num_reported <- with(personal_crimes, in_reported * 100 * ifelse(is.na(told), 0, told))
personal_crimes$opened <- with(personal_crimes, (told & (file_opened %in% "1")))
personal_crimes$in_dark_figure <- with(personal_crimes, ifelse(rep_len(TRUE & !is.na(!(opened)), nrow(personal_crimes)), 1, 0))
personal_crimes$num_dark_figure <- with(personal_crimes, in_dark_figure * 100 * ifelse(is.na(!(opened)), 0, !(opened)))

household_crimes <- read_columns(c("survey/out/incident.csv"), c("household" = "character", "victim_unit" = "character", "times" = "numeric", "series" = "character", "reported" = "character", "reported_by_other" = "character", "file_opened" = "character"))
household_crimes$reported[household_crimes$reported %in% c("-1", "8", "9")] <- NA
household_crimes$reported_by_other[household_crimes$reported_by_other %in% c("-1", "8", "9")] <- NA
household_crimes$file_opened[household_crimes$file_opened %in% c("-1", "8", "9")] <- NA
household_crimes$row_dwellings <- match(household_crimes$household, dwellings$dwelling)
household_crimes <- household_crimes[with(household_crimes, ((victim_unit == "household") %in% TRUE)), ]
household_crimes$told <- with(household_crimes, ((reported %in% "1") | (reported_by_other %in% "1")))
dwellings$record_weight <- with(dwellings, household_weight)
household_crimes$record_weight <- dwellings$record_weight[household_crimes$row_dwellings]
household_crimes$times_series <- with(household_crimes, ifelse(((series %in% "1") %in% TRUE), ifelse(is.na(times), 6, pmin(times, 10)), 1))
household_crimes$weight_series <- household_crimes$record_weight * household_crimes$times_series
household_crimes$in_household_reported <- with(household_crimes, ifelse(rep_len(TRUE & !is.na(told), nrow(household_crimes)), 1, 0))
household_crimes$num_household_reported <- with(household_crimes, in_household_reported * 100 * ifelse(is.na(told), 0, told))
household_crimes$opened <- with(household_crimes, (told & (file_opened %in% "1")))
household_crimes$in_household_dark_figure <- with(household_crimes, ifelse(rep_len(TRUE & !is.na(!(opened)), nrow(household_crimes)), 1, 0))
household_crimes$num_household_dark_figure <- with(household_crimes, in_household_dark_figure * 100 * ifelse(is.na(!(opened)), 0, !(opened)))
persons$psu <- dwellings$psu[persons$row_dwellings]
personal_crimes$psu <- persons$psu[personal_crimes$row_persons]
persons$dwelling <- dwellings$dwelling[persons$row_dwellings]
personal_crimes$dwelling <- persons$dwelling[personal_crimes$row_persons]
persons$stratum <- dwellings$stratum[persons$row_dwellings]
personal_crimes$stratum <- persons$stratum[personal_crimes$row_persons]
persons$certainty <- dwellings$certainty[persons$row_dwellings]
personal_crimes$certainty <- persons$certainty[personal_crimes$row_persons]

sample <- with_units(personal_crimes, dwellings, c("psu", "dwelling", "stratum", "certainty"), "weight_series")
sample$design_stratum <- ifelse(sample$certainty %in% 1, paste(sample$stratum, sample$psu, sep = "|"), sample$stratum)
sample$design_psu <- ifelse(sample$certainty %in% 1, sample$dwelling, sample$psu)
options(survey.lonely.psu = "fail")
design <- svydesign(ids = ~design_psu, strata = ~design_stratum, weights = ~weight_series, data = sample, nest = TRUE)
tell("reported", svymean(~num_reported, design = subset(design, in_reported == 1)))
tell("dark_figure", svymean(~num_dark_figure, design = subset(design, in_dark_figure == 1)))
household_crimes$psu <- dwellings$psu[household_crimes$row_dwellings]
household_crimes$dwelling <- dwellings$dwelling[household_crimes$row_dwellings]
household_crimes$stratum <- dwellings$stratum[household_crimes$row_dwellings]
household_crimes$certainty <- dwellings$certainty[household_crimes$row_dwellings]

sample <- with_units(household_crimes, dwellings, c("psu", "dwelling", "stratum", "certainty"), "weight_series")
sample$design_stratum <- ifelse(sample$certainty %in% 1, paste(sample$stratum, sample$psu, sep = "|"), sample$stratum)
sample$design_psu <- ifelse(sample$certainty %in% 1, sample$dwelling, sample$psu)
options(survey.lonely.psu = "fail")
design <- svydesign(ids = ~design_psu, strata = ~design_stratum, weights = ~weight_series, data = sample, nest = TRUE)
tell("household_reported", svymean(~num_household_reported, design = subset(design, in_household_reported == 1)))
tell("household_dark_figure", svymean(~num_household_dark_figure, design = subset(design, in_household_dark_figure == 1)))
results$table <- "reporting"

