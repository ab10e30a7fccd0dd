# Table 'persons', for audit: estimates and standard errors as cifra 0.1.0 makes them
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

dwellings <- read_columns(c("survey/out/weights.csv"), c("stratum" = "character", "psu" = "character", "dwelling" = "character", "certainty" = "numeric", "region" = "character", "area" = "character", "person_weight" = "numeric"))

persons <- read_columns(c("survey/out/person.csv"), c("household" = "character", "line" = "character", "sex" = "character", "age" = "numeric"))
persons$sex[persons$sex %in% c("-1", "9")] <- NA
persons$age[persons$age %in% c("-1")] <- NA
persons$row_dwellings <- match(persons$household, dwellings$dwelling)
persons$sex_group <- with(persons, sex)
persons$age_group <- with(persons, ifelse(((age < 30) %in% TRUE), "18-29",
  ifelse(((age < 45) %in% TRUE), "30-44",
  ifelse(((age < 60) %in% TRUE), "45-59",
  ifelse(((age >= 60) %in% TRUE), "60+",
  NA_character_)))))
dwellings$region_name <- with(dwellings, region)
persons$region_name <- dwellings$region_name[persons$row_dwellings]
dwellings$area_type <- with(dwellings, area)
persons$area_type <- dwellings$area_type[persons$row_dwellings]

personal_crimes <- read_columns(c("survey/out/incident.csv"), c("household" = "character", "line" = "character", "victim_unit" = "character", "times" = "numeric", "series" = "character"))
personal_crimes$row_persons <- match(paste(personal_crimes$household, personal_crimes$line, sep = "\r"), paste(persons$household, persons$line, sep = "\r"))
personal_crimes <- personal_crimes[with(personal_crimes, ((victim_unit == "person") %in% TRUE)), ]
persons$any_victims <- with(personal_crimes, sum_above(1 * rep(1, length(row_persons)), row_persons, nrow(persons)))
persons$any_victims <- persons$any_victims > 0
persons$person_weight <- dwellings$person_weight[persons$row_dwellings]
persons$record_weight <- with(persons, person_weight)
persons$in_victims <- with(persons, ifelse(rep_len(TRUE, nrow(persons)), 1, 0))
persons$num_victims <- with(persons, in_victims * 100 * any_victims)
personal_crimes$record_weight <- persons$record_weight[personal_crimes$row_persons]
personal_crimes$times_series <- with(personal_crimes, ifelse(((series %in% "1") %in% TRUE), ifelse(is.na(times), 6, pmin(times, 10)), 1))
personal_crimes$weight_series <- personal_crimes$record_weight * personal_crimes$times_series
persons$records_crimes_per_1000 <- with(personal_crimes, sum_above(1 * weight_series, row_persons, nrow(persons)))
persons$records_crimes_per_1000 <- ifelse(persons$record_weight > 0, persons$records_crimes_per_1000 / persons$record_weight, 0)
persons$in_crimes_per_1000 <- with(persons, ifelse(rep_len(TRUE, nrow(persons)), 1, 0))
persons$num_crimes_per_1000 <- with(persons, in_crimes_per_1000 * 1000 * records_crimes_per_1000)
persons$any_crimes_per_victim <- with(personal_crimes, sum_above(1 * rep(1, length(row_persons)), row_persons, nrow(persons)))
persons$any_crimes_per_victim <- persons$any_crimes_per_victim > 0
persons$records_crimes_per_victim <- with(personal_crimes, sum_above(1 * weight_series, row_persons, nrow(persons)))
persons$records_crimes_per_victim <- ifelse(persons$record_weight > 0, persons$records_crimes_per_victim / persons$record_weight, 0)
persons$in_crimes_per_victim <- with(persons, ifelse(rep_len(TRUE, nrow(persons)), 1, 0))
persons$num_crimes_per_victim <- with(persons, in_crimes_per_victim * records_crimes_per_victim)
persons$den_crimes_per_victim <- with(persons, in_crimes_per_victim * any_crimes_per_victim)
persons$psu <- dwellings$psu[persons$row_dwellings]
persons$dwelling <- dwellings$dwelling[persons$row_dwellings]
persons$stratum <- dwellings$stratum[persons$row_dwellings]
persons$certainty <- dwellings$certainty[persons$row_dwellings]

sample <- with_units(persons, dwellings, c("psu", "dwelling", "stratum", "certainty"), "record_weight")
sample$design_stratum <- ifelse(sample$certainty %in% 1, paste(sample$stratum, sample$psu, sep = "|"), sample$stratum)
sample$design_psu <- ifelse(sample$certainty %in% 1, sample$dwelling, sample$psu)
options(survey.lonely.psu = "fail")
design <- svydesign(ids = ~design_psu, strata = ~design_stratum, weights = ~record_weight, data = sample, nest = TRUE)
tell("victims", svymean(~num_victims, design = subset(design, in_victims == 1)))
tell("victims", svyby(~num_victims, by = ~sex_group, design = subset(design, in_victims == 1), FUN = svymean), by = c("sex_group"))
tell("victims", svyby(~num_victims, by = ~age_group, design = subset(design, in_victims == 1), FUN = svymean), by = c("age_group"))
tell("victims", svyby(~num_victims, by = ~region_name, design = subset(design, in_victims == 1), FUN = svymean), by = c("region_name"))
tell("victims", svyby(~num_victims, by = ~area_type, design = subset(design, in_victims == 1), FUN = svymean), by = c("area_type"))
tell("crimes_per_1000", svymean(~num_crimes_per_1000, design = subset(design, in_crimes_per_1000 == 1)))
tell("crimes_per_1000", svyby(~num_crimes_per_1000, by = ~sex_group, design = subset(design, in_crimes_per_1000 == 1), FUN = svymean), by = c("sex_group"))
tell("crimes_per_1000", svyby(~num_crimes_per_1000, by = ~age_group, design = subset(design, in_crimes_per_1000 == 1), FUN = svymean), by = c("age_group"))
tell("crimes_per_1000", svyby(~num_crimes_per_1000, by = ~region_name, design = subset(design, in_crimes_per_1000 == 1), FUN = svymean), by = c("region_name"))
tell("crimes_per_1000", svyby(~num_crimes_per_1000, by = ~area_type, design = subset(design, in_crimes_per_1000 == 1), FUN = svymean), by = c("area_type"))
tell("crimes_per_victim", svyratio(~num_crimes_per_victim, denominator = ~den_crimes_per_victim, design = subset(design, in_crimes_per_victim == 1)))
tell("crimes_per_victim", svyby(~num_crimes_per_victim, by = ~sex_group, design = subset(design, in_crimes_per_victim == 1), FUN = svyratio, denominator = ~den_crimes_per_victim), by = c("sex_group"))
tell("crimes_per_victim", svyby(~num_crimes_per_victim, by = ~age_group, design = subset(design, in_crimes_per_victim == 1), FUN = svyratio, denominator = ~den_crimes_per_victim), by = c("age_group"))
tell("crimes_per_victim", svyby(~num_crimes_per_victim, by = ~region_name, design = subset(design, in_crimes_per_victim == 1), FUN = svyratio, denominator = ~den_crimes_per_victim), by = c("region_name"))
tell("crimes_per_victim", svyby(~num_crimes_per_victim, by = ~area_type, design = subset(design, in_crimes_per_victim == 1), FUN = svyratio, denominator = ~den_crimes_per_victim), by = c("area_type"))
results$table <- "persons"

