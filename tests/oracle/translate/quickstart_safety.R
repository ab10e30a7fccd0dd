# Table 'safety', for audit: estimates and standard errors as cifra 0.1.0 makes them
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

dwellings <- read_columns(c("survey/out/weights.csv"), c("stratum" = "character", "psu" = "character", "dwelling" = "character", "certainty" = "numeric", "region" = "character", "person_weight" = "numeric"))

persons <- read_columns(c("survey/out/person.csv"), c("household" = "character", "sex" = "character", "age" = "numeric", "safe_walking_night" = "character"))
persons$sex[persons$sex %in% c("-1", "9")] <- NA
persons$age[persons$age %in% c("-1")] <- NA
persons$safe_walking_night[persons$safe_walking_night %in% c("-1", "8", "9")] <- NA
persons$row_dwellings <- match(persons$household, dwellings$dwelling)
persons$sex_group <- with(persons, sex)
persons$age_group <- with(persons, ifelse(((age < 30) %in% TRUE), "18-29",
  ifelse(((age < 45) %in% TRUE), "30-44",
  ifelse(((age < 60) %in% TRUE), "45-59",
  ifelse(((age >= 60) %in% TRUE), "60+",
  NA_character_)))))
dwellings$region_name <- with(dwellings, region)
persons$region_name <- dwellings$region_name[persons$row_dwellings]
persons$person_weight <- dwellings$person_weight[persons$row_dwellings]
persons$record_weight <- with(persons, person_weight)
persons$in_unsafe_at_night <- with(persons, ifelse(rep_len(((person_weight > 0) %in% TRUE) & !is.na(ifelse(is.na(safe_walking_night), NA, (safe_walking_night %in% c("3", "4")))), nrow(persons)), 1, 0))
persons$num_unsafe_at_night <- with(persons, in_unsafe_at_night * 100 * ifelse(is.na(ifelse(is.na(safe_walking_night), NA, (safe_walking_night %in% c("3", "4")))), 0, ifelse(is.na(safe_walking_night), NA, (safe_walking_night %in% c("3", "4")))))
persons$psu <- dwellings$psu[persons$row_dwellings]
persons$dwelling <- dwellings$dwelling[persons$row_dwellings]
persons$stratum <- dwellings$stratum[persons$row_dwellings]
persons$certainty <- dwellings$certainty[persons$row_dwellings]

sample <- with_units(persons, dwellings, c("psu", "dwelling", "stratum", "certainty"), "record_weight")
sample$design_stratum <- ifelse(sample$certainty %in% 1, paste(sample$stratum, sample$psu, sep = "|"), sample$stratum)
sample$design_psu <- ifelse(sample$certainty %in% 1, sample$dwelling, sample$psu)
options(survey.lonely.psu = "fail")
design <- svydesign(ids = ~design_psu, strata = ~design_stratum, weights = ~record_weight, data = sample, nest = TRUE)
tell("unsafe_at_night", svymean(~num_unsafe_at_night, design = subset(design, in_unsafe_at_night == 1)))
tell("unsafe_at_night", svyby(~num_unsafe_at_night, by = ~sex_group, design = subset(design, in_unsafe_at_night == 1), FUN = svymean), by = c("sex_group"))
tell("unsafe_at_night", svyby(~num_unsafe_at_night, by = ~sex_group + age_group, design = subset(design, in_unsafe_at_night == 1), FUN = svymean), by = c("sex_group", "age_group"))
tell("unsafe_at_night", svyby(~num_unsafe_at_night, by = ~region_name, design = subset(design, in_unsafe_at_night == 1), FUN = svymean), by = c("region_name"))
results$table <- "safety"

