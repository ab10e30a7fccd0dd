# Table 'households', for audit: estimates and standard errors as cifra 0.1.0 makes them
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

dwellings <- read_columns(c("survey/out/weights.csv"), c("stratum" = "character", "psu" = "character", "dwelling" = "character", "certainty" = "numeric", "region" = "character", "area" = "character", "household_weight" = "numeric"))
dwellings$region_name <- with(dwellings, region)
dwellings$area_type <- with(dwellings, area)

household_crimes <- read_columns(c("survey/out/incident.csv"), c("household" = "character", "victim_unit" = "character", "times" = "numeric", "series" = "character"))
household_crimes$row_dwellings <- match(household_crimes$household, dwellings$dwelling)
household_crimes <- household_crimes[with(household_crimes, ((victim_unit == "household") %in% TRUE)), ]
dwellings$any_household_victims <- with(household_crimes, sum_above(1 * rep(1, length(row_dwellings)), row_dwellings, nrow(dwellings)))
dwellings$any_household_victims <- dwellings$any_household_victims > 0
dwellings$record_weight <- with(dwellings, household_weight)
dwellings$in_household_victims <- with(dwellings, ifelse(rep_len(TRUE, nrow(dwellings)), 1, 0))
dwellings$num_household_victims <- with(dwellings, in_household_victims * 100 * any_household_victims)
household_crimes$record_weight <- dwellings$record_weight[household_crimes$row_dwellings]
household_crimes$times_series <- with(household_crimes, ifelse(((series %in% "1") %in% TRUE), ifelse(is.na(times), 6, pmin(times, 10)), 1))
household_crimes$weight_series <- household_crimes$record_weight * household_crimes$times_series
dwellings$records_household_crimes_per_1000 <- with(household_crimes, sum_above(1 * weight_series, row_dwellings, nrow(dwellings)))
dwellings$records_household_crimes_per_1000 <- ifelse(dwellings$record_weight > 0, dwellings$records_household_crimes_per_1000 / dwellings$record_weight, 0)
dwellings$in_household_crimes_per_1000 <- with(dwellings, ifelse(rep_len(TRUE, nrow(dwellings)), 1, 0))
dwellings$num_household_crimes_per_1000 <- with(dwellings, in_household_crimes_per_1000 * 1000 * records_household_crimes_per_1000)

sample <- dwellings
sample$design_stratum <- ifelse(sample$certainty %in% 1, paste(sample$stratum, sample$psu, sep = "|"), sample$stratum)
sample$design_psu <- ifelse(sample$certainty %in% 1, sample$dwelling, sample$psu)
options(survey.lonely.psu = "fail")
design <- svydesign(ids = ~design_psu, strata = ~design_stratum, weights = ~record_weight, data = sample, nest = TRUE)
tell("household_victims", svymean(~num_household_victims, design = subset(design, in_household_victims == 1)))
tell("household_victims", svyby(~num_household_victims, by = ~region_name, design = subset(design, in_household_victims == 1), FUN = svymean), by = c("region_name"))
tell("household_victims", svyby(~num_household_victims, by = ~area_type, design = subset(design, in_household_victims == 1), FUN = svymean), by = c("area_type"))
tell("household_crimes_per_1000", svymean(~num_household_crimes_per_1000, design = subset(design, in_household_crimes_per_1000 == 1)))
tell("household_crimes_per_1000", svyby(~num_household_crimes_per_1000, by = ~region_name, design = subset(design, in_household_crimes_per_1000 == 1), FUN = svymean), by = c("region_name"))
tell("household_crimes_per_1000", svyby(~num_household_crimes_per_1000, by = ~area_type, design = subset(design, in_household_crimes_per_1000 == 1), FUN = svymean), by = c("area_type"))
results$table <- "households"

