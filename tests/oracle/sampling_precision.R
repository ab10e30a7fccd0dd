# Sample sizes found by another road than the formulas of sampling/precision: the exact variance of the estimator is
# computed and the size solved for with uniroot. Base R only.
# Run: Rscript tests/oracle/sampling_precision.R > tests/oracle/sampling_precision.csv
cat("# ", R.version.string, "; uniroot over the variance of the estimator, tolerance 1e-10\n", sep = "")
cat("quantity,a,b,c,deff,population,requirement,value,confidence,completed\n")
solve_n <- function(gap, upper = 1e9) uniroot(gap, c(1e-3, upper), tol = 1e-10, maxiter = 10000)$root
row <- function(...) {
  cells <- sapply(list(...), function(v) if (is.numeric(v)) format(v, digits = 15) else v)
  cat(paste(cells, collapse = ","), "\n", sep = "")
}

# A proportion under simple random sampling without replacement: V = deff pq/n (N - n)/(N - 1).
for (p in c(0.004, 0.05, 0.3)) for (N in c(2000, 1e6)) for (deff in c(1, 1.8)) {
  v <- function(n) deff * p * (1 - p) / n * (N - n) / (N - 1)
  upper <- N
  row("proportion", p, 0, 0, deff, N, "cv", 0.1, 0.95, solve_n(function(n) sqrt(v(n)) / p - 0.1, upper))
  row("proportion", p, 0, 0, deff, N, "margin", 0.02, 0.95,
      solve_n(function(n) qnorm(0.975) * sqrt(v(n)) - 0.02, upper))
  row("proportion", p, 0, 0, deff, N, "relative_error", 0.15, 0.9,
      solve_n(function(n) qnorm(0.95) * sqrt(v(n)) / p - 0.15, upper))
}
# Counts: a population written out. 10,000 persons, of whom so many suffer 1, 2, ... incidents.
for (counts in list(c(300, 60, 20), c(80, 10, 5, 3, 2))) {
  y <- c(rep(seq_along(counts), counts)); y <- c(y, rep(0, 10000 - length(y)))
  victims <- y[y > 0]
  s2 <- mean(y^2) - mean(y)^2
  share <- mean(y > 0); k <- sqrt(mean(victims^2) - mean(victims)^2) / mean(victims)
  for (margin in c(0.004, 0.01)) {
    n <- solve_n(function(n) qnorm(0.975) * sqrt(1.4 * s2 / n) - margin)
    row("count", share, k, mean(victims), 1.4, "", "margin", margin, 0.95, n)
  }
}
# Change, by the power of the two-sided normal test (the other tail left out, as usual).
for (rho in c(0, 0.5)) {
  p1 <- 0.05; p2 <- 0.04; P <- 0.5; deff <- 1.6
  v <- function(n) deff * (p1 * (1 - p1) + p2 * (1 - p2) - 2 * P * rho * sqrt(p1 * (1 - p1) * p2 * (1 - p2))) / n
  n <- solve_n(function(n) pnorm(abs(p1 - p2) / sqrt(v(n)) - qnorm(0.975)) - 0.8)
  row("change", p1, p2, rho, deff, "", "power", 0.8, 0.95, n)
}
