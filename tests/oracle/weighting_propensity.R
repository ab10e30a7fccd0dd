# Response propensities by glm, classes and factors in base R, and indicators of representativity written out with
# matrices, on a made-up sample. Rscript tests/oracle/weighting_propensity.R: writes tests/oracle/weighting_propensity.json
set.seed(77)
n <- 403
d <- data.frame(region = sample(c("N", "E", "S", "W"), n, TRUE, c(4, 3, 2, 1)), area = sample(c("r", "u"), n, TRUE),
                age = round(runif(n, 18, 90), 1), w = round(runif(n, 5, 60), 2))
d$r <- as.integer(runif(n) < plogis(-0.6 + 0.9 * (d$area == "r") + 0.02 * (d$age - 40) - 0.5 * (d$region == "N")))
tight <- glm.control(epsilon = 1e-15, maxit = 100)
fit <- function(f, formula) {
  d$f <- f / mean(f)
  glm(formula, quasibinomial, d, weights = f, control = tight)
}
formula <- r ~ region + area + age
weighted <- fit(d$w, formula)
plain <- fit(rep(1, n), formula)
rho <- fitted(weighted)
class <- as.integer(cut(rho, quantile(rho, 0:5 / 5), include.lowest = TRUE))
by_class <- function(x) as.numeric(tapply(x, class, sum))
rate <- by_class(d$w) / by_class(d$w * d$r)
mean_propensity <- by_class(d$w) / by_class(d$w * rho)
# Shlomo, Skinner and Schouten 2012, with the covariance of weighted coefficients as a sandwich.
indicator <- function(model, f, d_w) {
  x <- model.matrix(formula, d)
  p <- fitted(model)
  N <- sum(d_w)
  v <- p * (1 - p)
  bread <- solve(t(x) %*% (x * f * v))
  sigma <- bread %*% (t(x) %*% (x * f^2 * v)) %*% bread
  z <- x * v
  mean_of <- function(a) sum(d_w * a) / N
  design <- function(a) (1 - n / N) * n / (n - 1) * sum((d_w * (a - mean_of(a)) / N)^2)
  s2 <- sum(d_w * (p - mean_of(p))^2) / (N - 1)
  bias <- mean_of(rowSums((z %*% sigma) * z)) - design(p)
  zc <- sweep(z, 2, apply(z, 2, mean_of))
  A <- apply(zc * (p - mean_of(p)), 2, mean_of)
  B <- t(zc) %*% (zc * d_w) / N
  BS <- B %*% sigma
  V <- 4 * t(A) %*% sigma %*% A + 2 * sum(diag(BS %*% BS)) + design((p - mean_of(p))^2)
  c(1 - 2 * sqrt(s2), 1 - 2 * sqrt(s2 - bias), sqrt(V / s2))
}
unconditional <- function(p, g) {
  m <- tapply(d$w * p, g, sum) / tapply(d$w, g, sum)
  sqrt(as.numeric(tapply(d$w, g, sum)) / sum(d$w)) * as.numeric(m - sum(d$w * p) / sum(d$w))
}
conditional <- function(p, g, others) {
  mean_within <- ave(d$w * p, others, FUN = sum) / ave(d$w, others, FUN = sum)
  sqrt(as.numeric(tapply(d$w * (p - mean_within)^2, g, sum)) / sum(d$w))
}
factors <- fit(d$w, r ~ region + area)
p2 <- fitted(factors)
num <- function(x) paste0("[", paste(sprintf("%.17g", as.numeric(x)), collapse = ", "), "]")
txt <- function(x) paste0("[", paste0("\"", x, "\"", collapse = ", "), "]")
fields <- c(region = txt(d$region), area = txt(d$area), age = num(d$age), w = num(d$w), r = num(d$r),
            weighted = num(rho), unweighted = num(fitted(plain)), coefficients = num(coef(weighted)),
            class = num(class), rate = num(rate), mean_propensity = num(mean_propensity),
            r_weighted = num(indicator(weighted, d$w, d$w)), r_mixed = num(indicator(plain, rep(1, n), d$w)),
            r_sample = num(indicator(plain, rep(1, n), rep(1, n))), two_factors = num(p2),
            unconditional_region = num(unconditional(p2, d$region)), unconditional_area = num(unconditional(p2, d$area)),
            conditional_region = num(conditional(p2, d$region, d$area)),
            conditional_area = num(conditional(p2, d$area, d$region)))
writeLines(paste0(paste(c(paste0("{\"head\": \"", R.version.string, "\""), sprintf("\"%s\": %s", names(fields), fields)),
                        collapse = ",\n"), "}"), "tests/oracle/weighting_propensity.json")
