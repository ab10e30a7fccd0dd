# Two-stage allocation by R2BEAT's equations (threshold of self-representing PSUs, design effect by type of PSU) with
# the allocation of every round by nloptr, for sampling/allocation/two_stage. Problems are made here by a fixed rule.
# Run: Rscript tests/oracle/sampling_two_stage.R > tests/oracle/sampling_two_stage.json
suppressPackageStartupMessages({library(nloptr); library(jsonlite)})

allocate <- function(N, p, deff, cv, minimum) {
  S2 <- p * (1 - p) * deff
  A <- t(sapply(seq_len(ncol(p)), function(j) N^2 * S2[, j] / ((cv[j] * sum(N * p[, j]))^2 + sum(N * S2[, j]))))
  f <- function(t) list(objective = sum(exp(t)) / sum(N), gradient = exp(t) / sum(N))
  g <- function(t) list(constraints = as.vector(A %*% exp(-t)) - 1, jacobian = -A %*% diag(exp(-t)))
  r <- nloptr(log(N / 2), f, lb = rep(log(minimum), length(N)), ub = log(N), eval_g_ineq = g,
              opts = list(algorithm = "NLOPT_LD_SLSQP", xtol_rel = 1e-14, ftol_rel = 1e-16, maxeval = 5000))
  stopifnot(max(g(r$solution)$constraints) < 1e-7)
  exp(r$solution)
}

case <- function(name, H, psus, b, b_sr, cv) {
  sizes <- lapply(seq_len(H), function(h) round(200 * exp(((seq_len(psus) * 31 + h * 17) %% 40) / 10)))
  N <- sapply(sizes, sum)
  p <- outer(seq_len(H), seq_along(cv), function(h, j) 0.05 + 0.3 * ((h * 7 + j * 3) %% 11) / 10)
  rho <- outer(seq_len(H), seq_along(cv), function(h, j) 0.01 + 0.01 * ((h + 2 * j) %% 5))
  rho_sr <- rho * 2
  deff <- matrix(1, H, length(cv)); before <- NULL; rounds <- 0
  n <- allocate(N, p, deff, cv, 2)
  repeat {
    sr <- Map(function(s, f) s >= b / f, sizes, n / N)
    if (!is.null(before) && identical(sr, before)) break
    before <- sr; rounds <- rounds + 1
    stopifnot(rounds < 10)
    n_sr <- n * mapply(function(s, t) sum(s[t]), sizes, sr) / N; n_nsr <- n - n_sr
    N_sr <- mapply(function(s, t) sum(s[t]), sizes, sr); N_nsr <- N - N_sr
    part <- function(M, m) ifelse(m > 0, M^2 / m, 0)
    for (j in seq_along(cv)) deff[, j] <- n / N^2 * (part(N_sr, n_sr) * (1 + rho_sr[, j] * (b_sr - 1)) +
                                                     part(N_nsr, n_nsr) * (1 + rho[, j] * (b - 1)))
    n <- allocate(N, p, deff, cv, 2)
  }
  list(name = name, psu_size = sizes, take = b, self_representing_take = b_sr, p = p, rho = rho, rho_sr = rho_sr,
       cv = cv, n = n, deff = deff, self_representing = sapply(sr, sum), rounds = rounds)
}

cases <- list(case("few large PSUs", 4, 30, 10, 1, c(0.03, 0.03)), case("none self-representing", 3, 40, 40, 1, 0.2),
              case("households", 6, 25, 12, 2.5, c(0.02, 0.04, 0.03)))
cat(toJSON(list(head = list(r = R.version.string, nloptr = as.character(packageVersion("nloptr"))), cases = cases),
           digits = 17, auto_unbox = TRUE))
cat("\n")
