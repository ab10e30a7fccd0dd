# Table 'by_crime', for audit: estimates and standard errors as cifra 0.1.0 makes them
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

dwellings <- read_columns(c("survey/out/weights.csv"), c("stratum" = "character", "psu" = "character", "dwelling" = "character", "certainty" = "numeric", "person_weight" = "numeric"))

persons <- read_columns(c("survey/out/person.csv"), c("household" = "character", "line" = "character"))
persons$row_dwellings <- match(persons$household, dwellings$dwelling)

personal_crimes <- read_columns(c("survey/out/incident.csv"), c("household" = "character", "line" = "character", "crime" = "character", "victim_unit" = "character", "times" = "numeric", "series" = "character"))
personal_crimes$row_persons <- match(paste(personal_crimes$household, personal_crimes$line, sep = "\r"), paste(persons$household, persons$line, sep = "\r"))
personal_crimes <- personal_crimes[with(personal_crimes, ((victim_unit == "person") %in% TRUE)), ]
persons$any_victims <- with(personal_crimes, sum_above(1 * rep(1, length(row_persons)), row_persons, nrow(persons)))
persons$any_victims <- persons$any_victims > 0
persons$person_weight <- dwellings$person_weight[persons$row_dwellings]
persons$record_weight <- with(persons, person_weight)
persons$in_victims <- with(persons, ifelse(rep_len(TRUE, nrow(persons)), 1, 0))
persons$num_victims <- with(persons, in_victims * 100 * any_victims)
persons$any_victims_1 <- with(personal_crimes, sum_above(1 * ((crime %in% "assault") %in% TRUE), row_persons, nrow(persons)))
persons$any_victims_1 <- persons$any_victims_1 > 0
persons$in_victims_1 <- with(persons, ifelse(rep_len(TRUE, nrow(persons)), 1, 0))
persons$num_victims_1 <- with(persons, in_victims_1 * 100 * any_victims_1)
persons$any_victims_2 <- with(personal_crimes, sum_above(1 * ((crime %in% "card_fraud") %in% TRUE), row_persons, nrow(persons)))
persons$any_victims_2 <- persons$any_victims_2 > 0
persons$in_victims_2 <- with(persons, ifelse(rep_len(TRUE, nrow(persons)), 1, 0))
persons$num_victims_2 <- with(persons, in_victims_2 * 100 * any_victims_2)
persons$any_victims_3 <- with(personal_crimes, sum_above(1 * ((crime %in% "consumer_fraud") %in% TRUE), row_persons, nrow(persons)))
persons$any_victims_3 <- persons$any_victims_3 > 0
persons$in_victims_3 <- with(persons, ifelse(rep_len(TRUE, nrow(persons)), 1, 0))
persons$num_victims_3 <- with(persons, in_victims_3 * 100 * any_victims_3)
persons$any_victims_4 <- with(personal_crimes, sum_above(1 * ((crime %in% "extortion") %in% TRUE), row_persons, nrow(persons)))
persons$any_victims_4 <- persons$any_victims_4 > 0
persons$in_victims_4 <- with(persons, ifelse(rep_len(TRUE, nrow(persons)), 1, 0))
persons$num_victims_4 <- with(persons, in_victims_4 * 100 * any_victims_4)
persons$any_victims_5 <- with(personal_crimes, sum_above(1 * ((crime %in% "personal_theft") %in% TRUE), row_persons, nrow(persons)))
persons$any_victims_5 <- persons$any_victims_5 > 0
persons$in_victims_5 <- with(persons, ifelse(rep_len(TRUE, nrow(persons)), 1, 0))
persons$num_victims_5 <- with(persons, in_victims_5 * 100 * any_victims_5)
persons$any_victims_6 <- with(personal_crimes, sum_above(1 * ((crime %in% "robbery") %in% TRUE), row_persons, nrow(persons)))
persons$any_victims_6 <- persons$any_victims_6 > 0
persons$in_victims_6 <- with(persons, ifelse(rep_len(TRUE, nrow(persons)), 1, 0))
persons$num_victims_6 <- with(persons, in_victims_6 * 100 * any_victims_6)
persons$any_victims_7 <- with(personal_crimes, sum_above(1 * ((crime %in% "sexual_offence") %in% TRUE), row_persons, nrow(persons)))
persons$any_victims_7 <- persons$any_victims_7 > 0
persons$in_victims_7 <- with(persons, ifelse(rep_len(TRUE, nrow(persons)), 1, 0))
persons$num_victims_7 <- with(persons, in_victims_7 * 100 * any_victims_7)
persons$any_victims_8 <- with(personal_crimes, sum_above(1 * ((crime %in% "threat") %in% TRUE), row_persons, nrow(persons)))
persons$any_victims_8 <- persons$any_victims_8 > 0
persons$in_victims_8 <- with(persons, ifelse(rep_len(TRUE, nrow(persons)), 1, 0))
persons$num_victims_8 <- with(persons, in_victims_8 * 100 * any_victims_8)
personal_crimes$record_weight <- persons$record_weight[personal_crimes$row_persons]
personal_crimes$times_series <- with(personal_crimes, ifelse(((series %in% "1") %in% TRUE), ifelse(is.na(times), 6, pmin(times, 10)), 1))
personal_crimes$weight_series <- personal_crimes$record_weight * personal_crimes$times_series
persons$records_crimes_per_1000 <- with(personal_crimes, sum_above(1 * weight_series, row_persons, nrow(persons)))
persons$records_crimes_per_1000 <- ifelse(persons$record_weight > 0, persons$records_crimes_per_1000 / persons$record_weight, 0)
persons$in_crimes_per_1000 <- with(persons, ifelse(rep_len(TRUE, nrow(persons)), 1, 0))
persons$num_crimes_per_1000 <- with(persons, in_crimes_per_1000 * 1000 * records_crimes_per_1000)
persons$records_crimes_per_1000_1 <- with(personal_crimes, sum_above(1 * ((crime %in% "assault") %in% TRUE) * weight_series, row_persons, nrow(persons)))
persons$records_crimes_per_1000_1 <- ifelse(persons$record_weight > 0, persons$records_crimes_per_1000_1 / persons$record_weight, 0)
persons$in_crimes_per_1000_1 <- with(persons, ifelse(rep_len(TRUE, nrow(persons)), 1, 0))
persons$num_crimes_per_1000_1 <- with(persons, in_crimes_per_1000_1 * 1000 * records_crimes_per_1000_1)
persons$records_crimes_per_1000_2 <- with(personal_crimes, sum_above(1 * ((crime %in% "card_fraud") %in% TRUE) * weight_series, row_persons, nrow(persons)))
persons$records_crimes_per_1000_2 <- ifelse(persons$record_weight > 0, persons$records_crimes_per_1000_2 / persons$record_weight, 0)
persons$in_crimes_per_1000_2 <- with(persons, ifelse(rep_len(TRUE, nrow(persons)), 1, 0))
persons$num_crimes_per_1000_2 <- with(persons, in_crimes_per_1000_2 * 1000 * records_crimes_per_1000_2)
persons$records_crimes_per_1000_3 <- with(personal_crimes, sum_above(1 * ((crime %in% "consumer_fraud") %in% TRUE) * weight_series, row_persons, nrow(persons)))
persons$records_crimes_per_1000_3 <- ifelse(persons$record_weight > 0, persons$records_crimes_per_1000_3 / persons$record_weight, 0)
persons$in_crimes_per_1000_3 <- with(persons, ifelse(rep_len(TRUE, nrow(persons)), 1, 0))
persons$num_crimes_per_1000_3 <- with(persons, in_crimes_per_1000_3 * 1000 * records_crimes_per_1000_3)
persons$records_crimes_per_1000_4 <- with(personal_crimes, sum_above(1 * ((crime %in% "extortion") %in% TRUE) * weight_series, row_persons, nrow(persons)))
persons$records_crimes_per_1000_4 <- ifelse(persons$record_weight > 0, persons$records_crimes_per_1000_4 / persons$record_weight, 0)
persons$in_crimes_per_1000_4 <- with(persons, ifelse(rep_len(TRUE, nrow(persons)), 1, 0))
persons$num_crimes_per_1000_4 <- with(persons, in_crimes_per_1000_4 * 1000 * records_crimes_per_1000_4)
persons$records_crimes_per_1000_5 <- with(personal_crimes, sum_above(1 * ((crime %in% "personal_theft") %in% TRUE) * weight_series, row_persons, nrow(persons)))
persons$records_crimes_per_1000_5 <- ifelse(persons$record_weight > 0, persons$records_crimes_per_1000_5 / persons$record_weight, 0)
persons$in_crimes_per_1000_5 <- with(persons, ifelse(rep_len(TRUE, nrow(persons)), 1, 0))
persons$num_crimes_per_1000_5 <- with(persons, in_crimes_per_1000_5 * 1000 * records_crimes_per_1000_5)
persons$records_crimes_per_1000_6 <- with(personal_crimes, sum_above(1 * ((crime %in% "robbery") %in% TRUE) * weight_series, row_persons, nrow(persons)))
persons$records_crimes_per_1000_6 <- ifelse(persons$record_weight > 0, persons$records_crimes_per_1000_6 / persons$record_weight, 0)
persons$in_crimes_per_1000_6 <- with(persons, ifelse(rep_len(TRUE, nrow(persons)), 1, 0))
persons$num_crimes_per_1000_6 <- with(persons, in_crimes_per_1000_6 * 1000 * records_crimes_per_1000_6)
persons$records_crimes_per_1000_7 <- with(personal_crimes, sum_above(1 * ((crime %in% "sexual_offence") %in% TRUE) * weight_series, row_persons, nrow(persons)))
persons$records_crimes_per_1000_7 <- ifelse(persons$record_weight > 0, persons$records_crimes_per_1000_7 / persons$record_weight, 0)
persons$in_crimes_per_1000_7 <- with(persons, ifelse(rep_len(TRUE, nrow(persons)), 1, 0))
persons$num_crimes_per_1000_7 <- with(persons, in_crimes_per_1000_7 * 1000 * records_crimes_per_1000_7)
persons$records_crimes_per_1000_8 <- with(personal_crimes, sum_above(1 * ((crime %in% "threat") %in% TRUE) * weight_series, row_persons, nrow(persons)))
persons$records_crimes_per_1000_8 <- ifelse(persons$record_weight > 0, persons$records_crimes_per_1000_8 / persons$record_weight, 0)
persons$in_crimes_per_1000_8 <- with(persons, ifelse(rep_len(TRUE, nrow(persons)), 1, 0))
persons$num_crimes_per_1000_8 <- with(persons, in_crimes_per_1000_8 * 1000 * records_crimes_per_1000_8)
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
tell("victims", svymean(~num_victims_1, design = subset(design, in_victims_1 == 1)), suffix = "crime=assault")
tell("victims", svymean(~num_victims_2, design = subset(design, in_victims_2 == 1)), suffix = "crime=card_fraud")
tell("victims", svymean(~num_victims_3, design = subset(design, in_victims_3 == 1)), suffix = "crime=consumer_fraud")
tell("victims", svymean(~num_victims_4, design = subset(design, in_victims_4 == 1)), suffix = "crime=extortion")
tell("victims", svymean(~num_victims_5, design = subset(design, in_victims_5 == 1)), suffix = "crime=personal_theft")
tell("victims", svymean(~num_victims_6, design = subset(design, in_victims_6 == 1)), suffix = "crime=robbery")
tell("victims", svymean(~num_victims_7, design = subset(design, in_victims_7 == 1)), suffix = "crime=sexual_offence")
tell("victims", svymean(~num_victims_8, design = subset(design, in_victims_8 == 1)), suffix = "crime=threat")
tell("crimes_per_1000", svymean(~num_crimes_per_1000, design = subset(design, in_crimes_per_1000 == 1)))
tell("crimes_per_1000", svymean(~num_crimes_per_1000_1, design = subset(design, in_crimes_per_1000_1 == 1)), suffix = "crime=assault")
tell("crimes_per_1000", svymean(~num_crimes_per_1000_2, design = subset(design, in_crimes_per_1000_2 == 1)), suffix = "crime=card_fraud")
tell("crimes_per_1000", svymean(~num_crimes_per_1000_3, design = subset(design, in_crimes_per_1000_3 == 1)), suffix = "crime=consumer_fraud")
tell("crimes_per_1000", svymean(~num_crimes_per_1000_4, design = subset(design, in_crimes_per_1000_4 == 1)), suffix = "crime=extortion")
tell("crimes_per_1000", svymean(~num_crimes_per_1000_5, design = subset(design, in_crimes_per_1000_5 == 1)), suffix = "crime=personal_theft")
tell("crimes_per_1000", svymean(~num_crimes_per_1000_6, design = subset(design, in_crimes_per_1000_6 == 1)), suffix = "crime=robbery")
tell("crimes_per_1000", svymean(~num_crimes_per_1000_7, design = subset(design, in_crimes_per_1000_7 == 1)), suffix = "crime=sexual_offence")
tell("crimes_per_1000", svymean(~num_crimes_per_1000_8, design = subset(design, in_crimes_per_1000_8 == 1)), suffix = "crime=threat")
results$table <- "by_crime"

