# The R package beside the program: the same numbers to the last bit, methods, conditions.
library(cifra)
binary <- Sys.getenv("CIFRA_BINARY")
folder <- tempfile()
dir.create(folder)
setwd(folder)

digits <- function(frame) {
  frame[] <- lapply(frame, function(column) if (is.double(column)) sprintf("%.17g", column) else column)
  frame
}
save_csv <- function(frame, file) write.csv(digits(frame), file, row.names = FALSE, quote = FALSE, na = "")
program <- function(verb, ...) stopifnot(system2(binary, c(verb, ...), stdout = FALSE) == 0)
# Numbers as their hexadecimal digits: equal to the last bit.
bits <- function(numbers) sprintf("%a", as.double(numbers))
read_exactly <- function(file) {
  frame <- read.csv(file, colClasses = "character", check.names = FALSE)
  frame
}
# Decimal texts of 17 digits are turned into doubles by R within an ulp: compare texts of 17 digits instead.
same <- function(numbers, texts) identical(sprintf("%.17g", numbers), sprintf("%.17g", as.double(texts))) ||
  identical(ifelse(is.na(numbers), "", formatC(numbers, digits = 17, format = "g")), texts)

# A small survey, and one whose file is 14 pieces and whose frame 7, every PSU in all of them.
made_up_survey <- function(n) {
  set.seed(7)
  psu <- sample(90, n, replace = TRUE)
  persons <- data.frame(id = seq_len(n), stratum = psu %% 6 + 1, psu = psu, w = round(rgamma(n, 4, scale = 50), 3),
                        sex = sample(c("F", "M"), n, TRUE), region = factor(sample(c("north", "south"), n, TRUE)),
                        age = sample(18:90, n, TRUE), income = round(exp(rnorm(n, 7)), 2))
  crimes <- data.frame(id = sample(n, n %/% 4, TRUE), kind = sample(c("burglary", "robbery"), n %/% 4, TRUE))
  crimes$v <- persons$w[crimes$id] * 1.25
  save_csv(persons, "data")
  save_csv(crimes, "crimes")
  list(persons = persons, crimes = crimes)
}
writeLines(c("data:", "  data: {file: data, weight: w}", "  crimes: {file: crimes, weight: v, parent: data, by: [id]}",
             "design: {level: data, strata: stratum, psu: psu}"), "design.yaml")

compare <- function(estimate, indicators, by = "", more = "") {
  names <- paste(unique(as.data.frame(estimate)$indicator), collapse = ", ")
  writeLines(c(paste0("indicators: {", indicators, "}"),
               sprintf("tables: [{id: t, indicators: [%s], by: [%s], total: %s%s}]", names, by,
                       if (by == "") "true" else "false", more)), "tables.yaml")
  program("estimate", "--design", "design.yaml", "--tables", "tables.yaml", "--out", "out")
  wanted <- read_exactly("out/estimates.csv")
  made <- as.data.frame(estimate)
  stopifnot(nrow(made) == nrow(wanted), nrow(made) > 0, identical(made$domain, wanted$domain))
  for (column in c("estimate", "se", "lower", "upper", "df", "n")) stopifnot(same(made[[column]], wanted[[column]]))
}
declare <- function(survey) cifra_design(ids = ~psu, strata = ~stratum, weights = ~w, data = survey$persons,
                                         records = list(crimes = cifra_records(survey$crimes, by = ~id, weights = ~v)))
compare_all <- function(design) {
  compare(cifra_mean(~income + age, design, by = ~region + sex),
          "income: {statistic: mean, of: data, value: income}, age: {statistic: mean, of: data, value: age}", "[region, sex]")
  compare(cifra_total(~income, design, by = ~sex), "income: {statistic: total, of: data, value: income}", "sex")
  compare(cifra_ratio(~income, ~age, design), "income: {statistic: ratio, of: data, value: income, over: age}")
  compare(cifra_quantile(~income, design, c(0.25, 0.5)),
          "income: {statistic: quantile, of: data, value: income, probabilities: [0.25, 0.5]}")
  compare(cifra_mean(~region, design), paste0('regionnorth: {statistic: proportion, of: data, having: region = "north"}, ',
                                              'regionsouth: {statistic: proportion, of: data, having: region = "south"}'))
  compare(cifra_rates("crimes", design, by = ~sex, scale = 1000),
          paste(sprintf("%s: {statistic: %s, of: crimes, per: data, scale: 1000}",
                        c("prevalence", "incidence", "concentration"), c("prevalence", "incidence", "concentration")),
                collapse = ", "), "sex")
}
compare_all(declare(made_up_survey(200000)))
survey <- made_up_survey(2000)
design <- declare(survey)
compare_all(design)
persons <- survey$persons

m <- cifra_mean(~income, design, by = ~region)
stopifnot(all.equal(unname(sqrt(diag(vcov(m)))), unname(SE(m)), tolerance = 1e-14), isSymmetric(vcov(m)),
          length(coef(m)) == 2, identical(rownames(confint(m)), names(coef(m))),
          all(confint(m, level = 0.99)[, 1] < confint(m)[, 1]))
print(m)

# The same as R survey, where it is installed.
if (requireNamespace("survey", quietly = TRUE)) {
  theirs <- survey::svydesign(ids = ~psu, strata = ~stratum, weights = ~w, data = persons, nest = TRUE)
  by <- survey::svyby(~income, ~region, theirs, survey::svymean)
  stopifnot(all.equal(unname(coef(m)), unname(coef(by)), tolerance = 1e-12),
            all.equal(unname(SE(m)), unname(survey::SE(by)), tolerance = 1e-10))
}

fault <- tryCatch(cifra_mean(~incomes + ages, design), cifra_input_error = function(e) e)
stopifnot(inherits(fault, "cifra_input_error"), identical(fault$diagnostics$code, rep("unknown-name", 2)))
lonely <- data.frame(w = 1, h = c("a", "a", "b"), p = 1:3, y = 1:3)
refused <- tryCatch(cifra_total(~y, cifra_design(~p, ~h, weights = ~w, data = lonely)), cifra_refusal = function(e) e)
stopifnot(inherits(refused, "cifra_refusal"))

# Cells of other types, beside the same cells as plain numbers and texts.
means <- function(..., data = data.frame(...))
  as.data.frame(cifra_mean(~y, cifra_design(~1, weights = ~1, data = data), by = ~g, na.rm = TRUE))
y <- c(1, 2, 4, 8, 16, 32)
g <- rep(c("a", "b"), 3)
plain <- means(y = y, g = g)
long <- data.frame(y = 1:3, g = "a")
long$y <- structure(c(0, 5e-324, 1e-323), class = "integer64")       # 0, 1, 2 in the memory of bit64
stopifnot(identical(means(y = as.integer(y), g = factor(g)), plain),
          identical(means(y = c(1, 2, 4, 8, Inf, -Inf), g = g), means(y = c(1, 2, 4, 8, NA, NA), g = g)),
          identical(means(y = y, g = replace(g, 1, "")), means(y = y, g = replace(g, 1, NA))),
          identical(means(y = y, g = addNA(factor(replace(g, 1, NA)))), means(y = y, g = replace(g, 1, NA))),
          identical(means(data = long)$estimate, 1),
          identical(means(y = y, g = as.Date("2021-03-31") + c(0, 1))$domain, c("g=2021-03-31", "g=2021-04-01")))
objection <- function(call) tryCatch({call; "none"}, error = conditionMessage)
stopifnot(grepl("must be a data frame", objection(cifra_design(weights = ~w, data = 1:3))),
          grepl("two columns are named 'w'", objection(cifra_design(weights = ~w, data = cbind(lonely, w = 2)))),
          grepl("'I(y/2)' is no variable", objection(cifra_mean(~I(y / 2), design)), fixed = TRUE),
          grepl("'income * 2' is no variable", objection(cifra_total(~income * 2, design)), fixed = TRUE),
          grepl("is no variable", objection(cifra_mean(~income, design, by = ~I(income > 5)))),
          grepl("nothing stands before", objection(cifra_mean(income ~ sex, design))),
          grepl("give a formula", objection(cifra_mean(persons$income, design))),
          grepl("made by cifra_design", objection(cifra_mean(~income, persons))),
          grepl("'seed' must be a whole number", objection(cifra_design(weights = ~w, data = lonely, seed = -1))),
          grepl("an argument is NA", objection(cifra_total(~y, cifra_design(weights = ~w, data = lonely), where = NA))))

sizes <- sample(12:40, 60, TRUE)
psus <- data.frame(psu = 1:60, stratum = c("a", "b", "c"), dwellings = sizes)
dwellings <- data.frame(dwelling = seq_len(sum(sizes)), psu = rep(1:60, sizes))
plan <- list(draw = list(dwellings = 60, take = 6, allocation = list(method = "proportional", minimum = 2)))
drawn <- cifra_draw(plan, list(psu = psus, dwelling = dwellings), seed = 11)$sample
save_csv(psus, "psu.csv")
save_csv(dwellings, "dwelling.csv")
writeLines("draw: {dwellings: 60, take: 6, allocation: {method: proportional, minimum: 2}}", "plan.yaml")
program("draw", "--plan", "plan.yaml", "--frame-psu", "psu.csv", "--frame-dwelling", "dwelling.csv", "--seed", "11",
        "--out", "drawn")
wanted <- read_exactly("drawn/sample.csv")
stopifnot(identical(drawn$dwelling, wanted$dwelling), same(drawn$base_weight, wanted$base_weight))
weighed <- cifra_weight(list(household = "none", steps = list(list(step = "nonresponse", cells = "stratum"))),
                        sample = cbind(drawn, outcome = c("1", "2")))$weights
stopifnot(all.equal(sum(weighed$household_weight), sum(drawn$base_weight)))
cat("the R package gives the numbers of the program\n")
