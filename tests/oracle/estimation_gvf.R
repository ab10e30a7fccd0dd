# Generalized variance functions by lm with weights iterated from the observed relative variances to 1e-14.
# Rscript tests/oracle/estimation_gvf.R > tests/oracle/estimation_gvf.json
set.seed(3)
n <- 40
x <- round(exp(runif(n, 6, 14)))
r <- (0.0004 + 900 / x + 0.3 / sqrt(x)) * exp(rnorm(n, 0, 0.25))
v <- r * x^2
r <- v / x^2
num <- function(x) paste0("[", paste(sprintf("%.17g", x), collapse = ", "), "]")
fit <- function(form, response, scale, back) {
  f <- r
  repeat {
    w <- switch(scale, relvar = 1 / f^2, reciprocal = f^2, log = rep(1, n))
    m <- lm(as.formula(paste(response, "~", form)), weights = w)
    g <- back(fitted(m)); moved <- max(abs(g / f - 1)); f <- g
    if (moved < 1e-14 || scale == "log") break
  }
  m
}
forms <- list(c("inverse", "I(1/x)", "r", "relvar"), c("inverse_square", "I(1/x) + I(1/x^2)", "r", "relvar"),
  c("reciprocal_linear", "x", "I(1/r)", "reciprocal"), c("reciprocal_quadratic", "x + I(x^2)", "I(1/r)", "reciprocal"),
  c("log_log", "log(x)", "log(r)", "log"), c("ncvs_three_parameter", "I(1/x) + I(1/sqrt(x))", "r", "relvar"))
cat("{\"head\": \"", R.version.string, ", stats lm\",\n\"x\": ", num(x), ",\n\"v\": ", num(v), ",\n\"cases\": [\n", sep = "")
out <- sapply(forms, function(f) {
  back <- switch(f[4], relvar = identity, reciprocal = function(z) 1 / z, log = exp)
  m <- fit(f[2], f[3], f[4], back)
  s <- summary(m)
  paste0("{\"form\": \"", f[1], "\", \"coefficients\": ", num(coef(m)), ", \"errors\": ", num(s$coefficients[, 2]),
    ", \"r_squared\": ", sprintf("%.17g", s$r.squared), ", \"sigma\": ", sprintf("%.17g", s$sigma), ", \"se\": ",
    num(x * sqrt(back(fitted(m)))), ", \"standardized\": ", num(rstandard(m)), ", \"leverage\": ", num(hatvalues(m)), "}")
})
cat(paste(out, collapse = ",\n"), "\n]}\n", sep = "")
