# The Fay-Herriot model by dense matrices, A by uniroot on the analytic derivative of the likelihood (checked against
# optimize), MSE by its formulas. Rscript tests/oracle/estimation_small_area.R > tests/oracle/estimation_small_area.json
set.seed(21)
num <- function(x) paste0("[", paste(ifelse(is.na(x), "null", sprintf("%.17g", x)), collapse = ", "), "]")
fit <- function(y, psi, X, method) {
  parts <- function(A) {
    Vi <- diag(1 / (A + psi)); C <- solve(t(X) %*% Vi %*% X); P <- Vi - Vi %*% X %*% C %*% t(X) %*% Vi
    list(Vi = Vi, C = C, P = P)
  }
  l <- function(A) {
    p <- parts(A); q <- as.numeric(t(y) %*% p$P %*% y)
    v <- -0.5 * sum(log(A + psi)) - 0.5 * q
    if (method != "ml") v <- v + 0.5 * as.numeric(determinant(p$C)$modulus)
    if (method == "adjusted") v <- v + log(A)
    v
  }
  s <- function(A) {
    p <- parts(A); q <- 0.5 * sum((p$P %*% y)^2)
    q - 0.5 * (if (method == "ml") sum(1 / (A + psi)) else sum(diag(p$P))) + (if (method == "adjusted") 1 / A else 0)
  }
  top <- 100 * (var(y) + max(psi))
  A <- if (method != "adjusted" && s(0) <= 0) 0 else uniroot(s, c(1e-12 * top, top), tol = 1e-300, maxiter = 1e5)$root
  if (A > 0) stopifnot(abs(A / optimize(l, c(0, 5 * A), maximum = TRUE, tol = 1e-10)$maximum - 1) < 1e-4)
  p <- parts(A); b <- as.numeric(p$C %*% t(X) %*% p$Vi %*% y)
  list(A = A, b = b, C = p$C, l = l(A), tr2 = sum((A + psi)^-2),
       bias = switch(method, reml = 0, adjusted = 2 / (A * sum((A + psi)^-2)),
                     ml = -sum(diag(p$C %*% t(X) %*% p$Vi^2 %*% X)) / sum((A + psi)^-2)))
}
predict_all <- function(f, y, psi, X) {
  s <- !is.na(y); g <- ifelse(s, f$A / (f$A + psi), 0); syn <- as.numeric(X %*% f$b)
  quad <- rowSums((X %*% f$C) * X)
  est <- ifelse(s, g * y + (1 - g) * syn, syn)
  g1 <- ifelse(s, f$A * psi / (f$A + psi), f$A)
  mse <- g1 + (1 - g)^2 * quad
  m2 <- mse + 2 * psi^2 / (f$A + psi)^3 * 2 / f$tr2
  less <- f$bias * (psi / (f$A + psi))^2
  list(est = est, mse = ifelse(s, ifelse(m2 - less > 0, m2 - less, m2), mse), g1 = g1)
}
cases <- character()
for (k in 1:4) {
  m <- c(15, 40, 12, 25)[k]; A <- c(1, 0.2, 0, 4)[k]
  x1 <- round(rnorm(m, 50, 20), 2); x2 <- round(rexp(m) * 1e5)
  X <- if (k %% 2) cbind(1, x1) else cbind(1, x1, x2)
  psi <- round(runif(m, 0.3, 3), 4)
  y <- round(10 + 0.1 * x1 + rnorm(m, 0, sqrt(A)) + rnorm(m, 0, sqrt(psi)), 4)
  if (k == 3) y <- round(10 + 0.1 * x1 + 0.2 * rnorm(m), 4)
  y[m] <- NA; s <- !is.na(y)
  for (method in c("reml", "ml", "adjusted")) {
    f <- fit(y[s], psi[s], X[s, ], method); r <- predict_all(f, y, psi, X)
    cases <- c(cases, paste0("{\"method\": \"", method, "\", \"y\": ", num(y), ", \"psi\": ", num(psi), ", \"x\": [",
      paste(apply(X, 2, num), collapse = ", "), "], \"A\": ", num(f$A), ", \"b\": ", num(f$b), ", \"se\": ",
      num(sqrt(diag(f$C))), ", \"likelihood\": ", num(f$l), ", \"estimate\": ", num(r$est), ", \"mse\": ", num(r$mse), "}"))
  }
}
# Proportions, arcsin scale with effective n: the expectation of sin^2 by quadrature.
m <- 20; n <- round(runif(m, 15, 200)); x1 <- round(runif(m), 3)
p <- rbinom(m, n, sin(0.3 + 0.2 * x1)^2) / n; p[4] <- 0
y <- asin(sqrt(p)); psi <- 1 / (4 * n); X <- cbind(1, x1)
f <- fit(y, psi, X, "adjusted"); r <- predict_all(f, y, psi, X)
back <- mapply(function(t, v) integrate(function(z) sin(z)^2 * dnorm(z, t, sqrt(v)), t - 12 * sqrt(v), t + 12 * sqrt(v),
               rel.tol = 1e-13, subdivisions = 1000)$value, r$est, r$g1)
cat("{\"head\": \"", R.version.string, ", base R\",\n\"arcsin\": {\"p\": ", num(p), ", \"n\": ", num(n), ", \"x\": ", num(x1),
    ", \"A\": ", num(f$A), ", \"estimate\": ", num(back), ", \"mse\": ", num(r$mse * sin(2 * r$est)^2), "},\n",
    "\"cases\": [\n", paste(cases, collapse = ",\n"), "\n]}\n", sep = "")
