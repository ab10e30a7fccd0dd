# Table 'by_type', for audit: estimates and standard errors as cifra 0.1.0 makes them
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
crimes$type <- with(crimes, ifelse(((BPCOD == "01") %in% TRUE), "vehicle_theft",
  ifelse(((BPCOD == "02") %in% TRUE), "vehicle_parts",
  ifelse(((BPCOD == "04") %in% TRUE), "burglary",
  ifelse(((BPCOD == "05") %in% TRUE), "street_robbery",
  ifelse(((BPCOD == "06") %in% TRUE), "other_theft",
  ifelse((ifelse(is.na(BPCOD), NA, (BPCOD %in% c("07", "08"))) %in% TRUE), "fraud",
  ifelse(((BPCOD == "09") %in% TRUE), "extortion",
  ifelse(((BPCOD == "10") %in% TRUE), "threats",
  ifelse(((BPCOD == "11") %in% TRUE), "injuries",
  ifelse((ifelse(is.na(BPCOD), NA, (BPCOD %in% c("12", "13", "14", "15"))) %in% TRUE), "other",
  NA_character_)))))))))))
crimes$counted <- with(crimes, (BPCOD != "03"))
crimes$record_weight <- with(crimes, FAC_DEL)
crimes$in_crimes <- with(crimes, ifelse(rep_len((counted %in% TRUE), nrow(crimes)), 1, 0))
crimes$num_crimes <- with(crimes, in_crimes * 1)
crimes$reported <- with(crimes, ((BP1_20 %in% 1) | (BP1_21 %in% 1)))
crimes$file_opened <- with(crimes, (reported & (BP1_24 %in% 1)))
crimes$dark <- with(crimes, !(file_opened))
crimes$in_crimes_dark <- with(crimes, ifelse(rep_len(((counted & dark) %in% TRUE), nrow(crimes)), 1, 0))
crimes$num_crimes_dark <- with(crimes, in_crimes_dark * 1)
crimes$in_dark_figure <- with(crimes, ifelse(rep_len((counted %in% TRUE) & !is.na(dark), nrow(crimes)), 1, 0))
crimes$num_dark_figure <- with(crimes, in_dark_figure * 100 * ifelse(is.na(dark), 0, dark))

sample <- with_units(crimes, persons, c("UPM_DIS", "EST_DIS"), "record_weight")
options(survey.lonely.psu = "fail")
design <- svydesign(ids = ~UPM_DIS, strata = ~EST_DIS, weights = ~record_weight, data = sample, nest = TRUE)
tell("crimes", svytotal(~num_crimes, design = subset(design, in_crimes == 1)))
tell("crimes", svyby(~num_crimes, by = ~type, design = subset(design, in_crimes == 1), FUN = svytotal), by = c("type"))
tell("crimes_dark", svytotal(~num_crimes_dark, design = subset(design, in_crimes_dark == 1)))
tell("crimes_dark", svyby(~num_crimes_dark, by = ~type, design = subset(design, in_crimes_dark == 1), FUN = svytotal), by = c("type"))
tell("dark_figure", svymean(~num_dark_figure, design = subset(design, in_dark_figure == 1)))
tell("dark_figure", svyby(~num_dark_figure, by = ~type, design = subset(design, in_dark_figure == 1), FUN = svymean), by = c("type"))
results$table <- "by_type"

