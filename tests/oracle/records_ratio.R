# Ratios of a known number of records to survey totals, on the log scale, and their change between two years in the same
# PSUs, by the delta method of R survey (svycontrast). Made-up persons with their crimes of two years.
# Rscript tests/oracle/records_ratio.R > tests/oracle/records_ratio.json   writes records_ratio_{persons,crimes}.csv too
suppressMessages(library(survey))
set.seed(20260301)
persons <- expand.grid(k = 1:6, psu = 1:5, h = 1:4)
persons$id <- seq_len(nrow(persons))
persons$psu <- persons$h * 10 + persons$psu
persons$w <- round(runif(nrow(persons), 50, 150), 1)
risk <- exp(rnorm(4 * 5, 0, 0.4))[match(persons$psu, unique(persons$psu))]
crimes <- do.call(rbind, lapply(c(2025, 2026), function(year) {
    n <- rpois(nrow(persons), risk * ifelse(year == 2025, 0.9, 1.1))
    id <- rep(persons$id, n)
    data.frame(id = id, year = year, kind = sample(c("robbery", "theft"), length(id), TRUE, c(0.4, 0.6)),
               reported = rbinom(length(id), 1, 0.45), opened = 0)
}))
crimes$opened <- crimes$reported * rbinom(nrow(crimes), 1, 0.7)
write.csv(persons[c("id", "h", "psu", "w")], "tests/oracle/records_ratio_persons.csv", row.names = FALSE, quote = FALSE)
write.csv(crimes, "tests/oracle/records_ratio_crimes.csv", row.names = FALSE, quote = FALSE)
count <- function(rows) tabulate(crimes$id[rows], nrow(persons))
for (year in c(2025, 2026)) {
    of <- crimes$year == year & crimes$kind == "robbery"
    persons[[paste0("s", year)]] <- count(of)
    persons[[paste0("r", year)]] <- count(of & crimes$reported == 1)
    persons[[paste0("d", year)]] <- count(of & crimes$opened == 1)
}
design <- svydesign(ids = ~psu, strata = ~h, weights = ~w, data = persons)
totals <- svytotal(~s2025 + r2025 + d2025 + s2026 + r2026 + d2026, design)
P <- c(2025, 2600) # records of 2025 and 2026
contrast <- function(expression) {
    result <- svycontrast(totals, expression)
    c(coef(result), SE(result))
}
cases <- list(
    incidents = contrast(quote(s2026)), reported = contrast(quote(r2026)), with_file = contrast(quote(d2026)),
    reporting_rate = contrast(quote(r2026 / s2026)), official_dark_share = contrast(quote(1 - d2026 / s2026)),
    recording_ratio = contrast(quote(2600 / r2026)), capture_ratio = contrast(quote(2600 / s2026)),
    expansion_factor = contrast(quote(s2026 / 2600)), dark_figure = contrast(quote(s2026 - 2600)),
    log_recording = contrast(quote(log(2600 / r2026))), log_capture = contrast(quote(log(2600 / s2026))),
    change_incidents = contrast(quote(log(s2026 / s2025))),
    change_reporting = contrast(quote(log(r2026 / s2026) - log(r2025 / s2025))),
    change_recording = contrast(quote(log(2600 / r2026) - log(2025 / r2025))),
    change_gap = contrast(quote(log(s2026 / s2025) - log(2600 / 2025))))
number <- function(x) sprintf("%.17g", x)
cat("{\"r\": \"", R.version.string, "\", \"survey\": \"", as.character(packageVersion("survey")), "\", \"df\": ",
    degf(design), ",\n\"cases\": {\n", sep = "")
for (name in names(cases))
    cat("\"", name, "\": [", number(cases[[name]][1]), ", ", number(cases[[name]][2]), "]",
        if (name != tail(names(cases), 1)) ",", "\n", sep = "")
cat("}}\n")
