# Table 'shares', for audit: estimates and standard errors as cifra 0.1.0 makes them
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

persons <- read_columns(c("data/persons.csv"), c("ID_PER" = "character", "EST_DIS" = "character", "UPM_DIS" = "character"))

crimes <- read_columns(c("data/crimes.csv"), c("ID_PER" = "character", "EST_DIS" = "character", "UPM_DIS" = "character", "FAC_DEL" = "numeric", "BPCOD" = "character", "BP1_20" = "numeric", "BP1_21" = "numeric", "BP1_24" = "numeric"))
crimes$row_persons <- match(crimes$ID_PER, persons$ID_PER)
crimes$counted <- with(crimes, (BPCOD != "03"))
crimes$reported <- with(crimes, ((BP1_20 %in% 1) | (BP1_21 %in% 1)))
crimes$record_weight <- with(crimes, FAC_DEL)
crimes$in_share_reported <- with(crimes, ifelse(rep_len((counted %in% TRUE) & !is.na(reported), nrow(crimes)), 1, 0))
crimes$num_share_reported <- with(crimes, in_share_reported * 100 * ifelse(is.na(reported), 0, reported))
crimes$not_reported <- with(crimes, (!(BP1_20 %in% 1) & !((BP1_21 %in% c(1, 9)) %in% TRUE)))
crimes$in_share_not_reported <- with(crimes, ifelse(rep_len((counted %in% TRUE) & !is.na(not_reported), nrow(crimes)), 1, 0))
crimes$num_share_not_reported <- with(crimes, in_share_not_reported * 100 * ifelse(is.na(not_reported), 0, not_reported))
crimes$file_opened <- with(crimes, (reported & (BP1_24 %in% 1)))
crimes$in_share_file_opened <- with(crimes, ifelse(rep_len(((counted & reported) %in% TRUE) & !is.na(file_opened), nrow(crimes)), 1, 0))
crimes$num_share_file_opened <- with(crimes, in_share_file_opened * 100 * ifelse(is.na(file_opened), 0, file_opened))
crimes$no_file <- with(crimes, (reported & (BP1_24 %in% 2)))
crimes$in_share_no_file <- with(crimes, ifelse(rep_len(((counted & reported) %in% TRUE) & !is.na(no_file), nrow(crimes)), 1, 0))
crimes$num_share_no_file <- with(crimes, in_share_no_file * 100 * ifelse(is.na(no_file), 0, no_file))
crimes$file_unspecified <- with(crimes, (reported & !((BP1_24 %in% c(1, 2)) %in% TRUE)))
crimes$in_share_file_unspecified <- with(crimes, ifelse(rep_len(((counted & reported) %in% TRUE) & !is.na(file_unspecified), nrow(crimes)), 1, 0))
crimes$num_share_file_unspecified <- with(crimes, in_share_file_unspecified * 100 * ifelse(is.na(file_unspecified), 0, file_unspecified))
crimes$dark <- with(crimes, !(file_opened))
crimes$in_dark_figure <- with(crimes, ifelse(rep_len((counted %in% TRUE) & !is.na(dark), nrow(crimes)), 1, 0))
crimes$num_dark_figure <- with(crimes, in_dark_figure * 100 * ifelse(is.na(dark), 0, dark))

sample <- with_units(crimes, persons, c("UPM_DIS", "EST_DIS"), "record_weight")
options(survey.lonely.psu = "fail")
design <- svydesign(ids = ~UPM_DIS, strata = ~EST_DIS, weights = ~record_weight, data = sample, nest = TRUE)
tell("share_reported", svymean(~num_share_reported, design = subset(design, in_share_reported == 1)))
tell("share_not_reported", svymean(~num_share_not_reported, design = subset(design, in_share_not_reported == 1)))
tell("share_file_opened", svymean(~num_share_file_opened, design = subset(design, in_share_file_opened == 1)))
tell("share_no_file", svymean(~num_share_no_file, design = subset(design, in_share_no_file == 1)))
tell("share_file_unspecified", svymean(~num_share_file_unspecified, design = subset(design, in_share_file_unspecified == 1)))
tell("dark_figure", svymean(~num_dark_figure, design = subset(design, in_dark_figure == 1)))
results$table <- "shares"

