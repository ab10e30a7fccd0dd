# Rscript calibration_sinh.R > calibration_sinh.json
# Calibration by the hyperbolic sine distance on the made-up sample of calibration_data.csv, in base R and by definition:
# each g is found by uniroot on the derivative of the distance, D'(g) = sinh(alpha (g - 1/g)) / (2 alpha) = x'lambda, and
# lambda by Newton's method with a numerical derivative of it.
data <- read.csv("calibration_data.csv")
x <- cbind(data$sex == "f", data$sex == "m", data$area == "r", data$x)
total <- c(2200, 2200, 1300, 172000)
factor_of <- function(u, alpha)
  sapply(u, function(v) uniroot(function(g) sinh(alpha * (g - 1 / g)) / (2 * alpha) - v, c(1e-3, 20), tol = 1e-15,
                                maxiter = 10000)$root)
solve_sinh <- function(alpha) {
  lambda <- rep(0, 4)
  for (i in 1:60) {
    u <- drop(x %*% lambda)
    g <- factor_of(u, alpha)
    gap <- total - colSums(data$w * g * x)
    if (max(abs(gap) / total) < 1e-13) break
    slope <- 2 / ((1 + 1 / g^2) * cosh(alpha * (g - 1 / g)))
    lambda <- lambda + solve(t(x) %*% (data$w * slope * x), gap)
  }
  stopifnot(max(abs(gap) / total) < 1e-12)
  g
}
number <- function(v) paste0("[", paste(format(v, digits = 17, trim = TRUE), collapse = ", "), "]")
cat(sprintf('{"made_by": "calibration_sinh.R, %s, base R only",\n "cases": [\n', R.version.string))
cases <- sapply(c(0.5, 1, 3), function(alpha)
  sprintf('  {"alpha": %g, "g": %s}', alpha, number(solve_sinh(alpha))))
cat(paste(cases, collapse = ",\n"), "\n]}\n", sep = "")
