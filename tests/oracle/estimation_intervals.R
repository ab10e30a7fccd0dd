# Intervals by other routes than the library's: test inversion, gamma quantiles, R survey's svyciprop on made-up samples.
# Rscript tests/oracle/estimation_intervals.R > tests/oracle/estimation_intervals.csv
suppressMessages(library(survey))
cat("# ", R.version.string, ", survey ", as.character(packageVersion("survey")), "\n", sep = "")
cat("kind,estimate,variance,df,n,largest_weight,glm_start,level,lower,upper\n")
num <- function(x) ifelse(is.na(x), "", sprintf("%.17g", x))
row <- function(kind, e, v, df, n, m, start, level, ci)
  cat(paste(c(kind, num(c(e, v, df, n, m, start, level, ci))), collapse = ","), "\n", sep = "")
root <- function(f, lo, hi) uniroot(f, c(lo, hi), tol = 1e-15, maxiter = 10000)$root
eps <- 1e-13
for (level in c(0.9, 0.95, 0.99)) for (p in c(0.004, 0.08, 0.5, 0.93)) for (cv in c(0.05, 0.4)) for (df in c(4, 60)) {
  n <- 250; v <- (cv * min(p, 1 - p))^2; t <- qt(0.5 + level / 2, df); a <- 1 - level
  ne <- min(n, p * (1 - p) / v)
  w <- function(q) (p - q)^2 - t^2 * q * (1 - q) / ne
  row("wilson", p, v, df, n, NA, NA, level, c(root(w, eps, p), root(w, p, 1 - eps)))
  theta <- log(-log(p)); d <- abs(1 / (p * log(p))) * sqrt(v)
  row("log_log", p, v, df, n, NA, NA, level, exp(-exp(theta + c(1, -1) * t * d)))
  b <- binom.test(round(n * p), n, conf.level = level)
  row("clopper_pearson", round(n * p) / n, v, df, n, NA, NA, level, b$conf.int)
  x <- ne * (qt(a / 2, n - 1) / qt(a / 2, df))^2; x <- min(x, n)
  kg <- function(up) function(q) pbeta(q, if (up) p * x + 1 else p * x, if (up) x - p * x else x - p * x + 1) -
    (if (up) 1 - a / 2 else a / 2)
  if (ne < n) row("korn_graubard", p, v, df, n, NA, NA, level, c(root(kg(FALSE), 0, p), root(kg(TRUE), p, 1)))
  kl <- function(q) 2 * (p * log(p / q) + (1 - p) * log((1 - p) / (1 - q))) - t^2 * v / (p * (1 - p)) * n / (n - 1)
  row("likelihood", p, v, df, n, NA, NA, level,
      plogis(c(root(function(b) kl(plogis(b)), qlogis(p) - 300, qlogis(p)),
               root(function(b) kl(plogis(b)), qlogis(p), qlogis(p) + 35))))
  e <- 1000 * p; vv <- (cv * e)^2
  for (m in c(0.3, 9))
    row("gamma", e, vv, df, n, m, NA, level, c(qgamma(a / 2, e^2 / vv, scale = vv / e),
        qgamma(1 - a / 2, (e + m)^2 / (vv + m^2), scale = (vv + m^2) / (e + m))))
}
# Equal weights: the gamma limits are the exact Poisson ones (poisson.test).
for (x in c(1, 4, 20)) row("gamma", 2.5 * x, 2.5^2 * x, 30, 500, NA, NA, 0.95, 2.5 * poisson.test(x)$conf.int)
set.seed(11)
for (i in 1:8) {
  n <- 40 * i
  s <- data.frame(y = rbinom(n, 1, c(0.1, 0.5, 0.9)[1 + i %% 3]), w = rgamma(n, c(0.5, 4)[1 + i %% 2]) + 0.05,
                  psu = rep(1:(n / 4), each = 4), h = rep(1:2, each = n / 2))
  d <- svydesign(~psu, strata = ~h, weights = ~w, data = s)
  w <- s$w / mean(s$w); mu <- (w * s$y + 0.5) / (w + 1); k <- mu * (1 - mu)
  start <- sum(w * k * (qlogis(mu) + (s$y - mu) / k)) / sum(w * k)
  m <- svymean(~y, d)
  for (kind in c("likelihood_r", "beta", "arcsine", "logit", "t"))
    for (level in c(0.9, 0.95)) {
      method <- switch(kind, likelihood_r = "likelihood", arcsine = "asin", t = "mean", kind)
      ci <- attr(svyciprop(~y, d, method = method, level = level), "ci")
      row(kind, coef(m), vcov(m), degf(d), n, NA, start, level, ci)
    }
}
