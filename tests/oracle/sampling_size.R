# Sizes and precision found by another road than the formulas of sampling/precision and sampling/survey_cost: R's own
# tests and intervals, variances summed from distributions, roots and minima by search. Base R only.
# Run: Rscript tests/oracle/sampling_size.R > tests/oracle/sampling_size.csv
cat("# ", R.version.string, "; uniroot, optimize, prop.test, power.prop.test, power.t.test, dnbinom\n", sep = "")
cat("what,a,b,c,d,e,value\n")
line <- function(what, a = 0, b = 0, c = 0, d = 0, e = 0, value)
  cat(what, ",", paste(sprintf("%.15g", c(a, b, c, d, e, value)), collapse = ","), "\n", sep = "")
solve_for <- function(gap, low, high) uniroot(gap, c(low, high), tol = 1e-10, maxiter = 10000)$root

# Half the width of an interval: p, margin, confidence -> n of a simple random sample.
for (p in c(0.002, 0.01, 0.05, 0.4)) for (ratio in c(0.1, 0.5, 1)) for (level in c(0.9, 0.95)) {
  e <- ratio * p
  if (e > 0.3) next
  line("wilson", p, e, level, value = solve_for(function(n)
    suppressWarnings(diff(prop.test(p * n, n, conf.level = level, correct = FALSE)$conf.int)) / 2 - e, 2, 1e7))
  z <- qnorm(0.5 + level / 2)
  line("logit", p, e, level, value = solve_for(function(n)
    diff(plogis(qlogis(p) + c(-z, z) / sqrt(n * p * (1 - p)))) / 2 - e, 2, 1e7))
}

# Two independent waves without deff. power.prop.test takes the variance under no change for the test: its sizes differ
# from those under the change alone. p1, p2, power, alpha -> n of each wave.
for (p2 in c(0.04, 0.045, 0.06)) for (power in c(0.8, 0.9))
  line("prop_test", 0.05, p2, power, 0.05, value = power.prop.test(p1 = 0.05, p2 = p2, power = power)$n)
# Student's test asks for about z^2/4 more (Guenther 1981). gap, sd, power, alpha -> n of each wave.
for (gap in c(0.05, 0.1)) for (power in c(0.8, 0.9))
  line("t_test", gap, 1, power, 0.05, value = power.t.test(delta = gap, sd = 1, power = power)$n)

# Incidents per person, negative binomial: the variance summed from the distribution. mean, dispersion -> variance.
for (mean in c(0.05, 0.4)) for (k in c(0.5, 3, 12)) {
  y <- 0:20000
  f <- dnbinom(y, size = 1 / k, mu = mean)
  line("counts", mean, k, value = sum(y^2 * f) - sum(y * f)^2)
}

# Change of such a rate in a panel: power of the test from the variance of the difference.
# mean 1, mean 2, dispersion, overlap times correlation, power -> n of each wave.
nb_variance <- function(mean, k) { y <- 0:20000; f <- dnbinom(y, size = 1 / k, mu = mean); sum(y^2 * f) - sum(y * f)^2 }
power_at <- function(n, v1, v2, both, gap)
  pnorm(gap / sqrt((v1 + v2 - 2 * both * sqrt(v1 * v2)) / n) - qnorm(0.975))
for (both in c(0, 0.3)) for (mean2 in c(0.15, 0.26)) {
  v <- c(nb_variance(0.2, 3), nb_variance(mean2, 3))
  line("count_change", 0.2, mean2, 3, both, 0.8, solve_for(function(n)
    power_at(n, v[1], v[2], both, abs(mean2 - 0.2)) - 0.8, 10, 1e7))
}

# Least detectable change of a proportion. p1, n, side, overlap times correlation, power -> |p1 - p2|.
for (p1 in c(0.02, 0.2)) for (n in c(2000, 12000)) for (side in c(-1, 1)) for (both in c(0, 0.25)) {
  v <- function(p) p * (1 - p)
  reach <- if (side < 0) p1 else 1 - p1
  line("detectable", p1, n, side, both, 0.8, solve_for(function(gap)
    power_at(n, v(p1), v(p1 + side * gap), both, gap) - 0.8, 1e-9, reach - 1e-12))
}

# The take of least cost at equal variance, real. cost of a PSU, of an interview, icc -> take.
for (psu in c(150, 600)) for (icc in c(0.01, 0.05, 0.2))
  line("take", psu, 40, icc, value = optimize(function(b) (psu / b + 40) * (1 + (b - 1) * icc), c(1, 200),
                                              tol = 1e-9)$minimum)
