# Estimates, models and tests under calibrated weights by survey 4.1, on a made-up sample of two stages.
# Rscript tests/oracle/calibration.R: writes tests/oracle/calibration_data.csv and tests/oracle/calibration.json
suppressMessages(library(survey))
options(digits = 17)
set.seed(11)
n <- 240
s <- data.frame(stratum = rep(c("a", "b", "c"), each = 80), psu = rep(1:24, each = 10), row = 1:n,
                psus = rep(c(40, 50, 60), each = 80), ssus = 35)
s$sex <- ifelse(runif(n) < 0.5, "f", "m")
s$area <- ifelse(runif(n) < 0.3, "r", "u")
s$x <- round(20 + 40 * runif(n), 2)
s$y <- round(5 + 0.4 * s$x + 3 * (s$sex == "f") + rnorm(n, 0, 4), 3)
s$m <- round(3 + s$y * runif(n), 3)
s$b <- as.integer(runif(n) < plogis(-2 + 0.03 * s$x + 0.5 * (s$area == "r")))
s$dom <- rep(c(1, 2, 1), length.out = n)
s$w <- round(s$psus / 8 * 3.5 * (0.8 + 0.4 * runif(n)), 3)
write.csv(s, "tests/oracle/calibration_data.csv", row.names = FALSE, quote = FALSE)
base <- svydesign(~psu + row, strata = ~stratum, fpc = ~psus + ssus, weights = ~w, data = s)
cells <- data.frame(sex = c("f", "f", "m", "m"), area = c("r", "u", "r", "u"), Freq = c(700, 1500, 600, 1600))
pop <- c("(Intercept)" = 4400, sexm = 2200, areau = 3100, x = 172000)
designs <- list(
  poststratified = postStratify(base, ~sex + area, cells),
  linear = calibrate(base, ~sex + area + x, pop),
  raking = calibrate(base, ~sex + area + x, pop, calfun = "raking", epsilon = 1e-13),
  logit = calibrate(base, ~sex + area + x, pop, calfun = "logit", bounds = c(0.4, 2.5), epsilon = 1e-13),
  ratio = calibrate(base, ~x - 1, 172000, variance = 1),
  model = calibrate(base, ~sex + x - 1, c(sexf = 2200, sexm = 2200, x = 172000), variance = s$x),
  sequential = rake(base, list(~sex, ~area), list(data.frame(sex = c("f", "m"), Freq = c(2200, 2200)),
                    data.frame(area = c("r", "u"), Freq = c(1300, 3100))), control = list(epsilon = 1e-14, maxit = 99)))
num <- function(x) paste0("[", paste(sprintf("%.17g", as.numeric(x)), collapse = ", "), "]")
cat0 <- function(...) cat(..., sep = "", file = out)
out <- file("tests/oracle/calibration.json", "w")
cat0("{\"head\": \"", R.version.string, ", survey ", as.character(packageVersion("survey")), "\",\n\"cases\": [\n")
first <- TRUE
put <- function(design, statistic, estimate, se) {
  cat0(if (first) "" else ",\n", "{\"design\": \"", design, "\", \"statistic\": \"", statistic, "\", \"estimate\": ",
       num(estimate), ", \"se\": ", num(se), "}")
  first <<- FALSE
}
tight <- glm.control(epsilon = 1e-13, maxit = 100)
for (name in names(designs)) {
  d <- designs[[name]]
  e <- function(statistic, r) put(name, statistic, coef(r), SE(r))
  e("total", svytotal(~y, d))
  e("total_by", svyby(~y, ~dom, d, svytotal))
  e("mean_by", svyby(~y, ~area, d, svymean))
  e("ratio_by", svyby(~m, ~dom, d, svyratio, denominator = ~y))
  e("variance", svyvar(~y, d))
  q <- svyquantile(~y, d, c(0.25, 0.5, 0.9), qrule = "math", interval.type = "mean")[[1]]
  put(name, "quantile", q[, 1], q[, 4])
  e("gaussian", svyglm(y ~ x + b, d))
  e("binomial", svyglm(b ~ y, d, family = quasibinomial, control = tight))
}
cat0("\n]}\n")
close(out)
