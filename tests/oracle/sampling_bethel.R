# Bethel allocations by a general solver: minimum cost in log n under CV targets, nloptr's SLSQP from several starts,
# for sampling/allocation/bethel. Problems are made here by a fixed rule: prevalences, one or two partitions, bounds
# that bind and bounds that do not.
# Run: Rscript tests/oracle/sampling_bethel.R > tests/oracle/sampling_bethel.json
suppressPackageStartupMessages({library(nloptr); library(jsonlite)})

problem <- function(name, H, J, domains, cv, caps) {
  N <- 50 + (seq_len(H) * 379) %% 4001
  p <- outer(seq_len(H), seq_len(J), function(h, j) 0.02 + 0.4 * ((h * 37 + j * 53) %% 101) / 100 / j)
  list(name = name, N = N, p = p, cost = 1 + (seq_len(H) * 7) %% 5 / 2, minimum = 2 + (seq_len(H) %% 3),
       maximum = if (caps) pmin(N, 20 + (seq_len(H) * 61) %% 300) else N,
       partitions = lapply(seq_along(domains), function(i) list(
         domain = if (i == 1) (seq_len(H) - 1) %% domains[i] else ((seq_len(H) - 1) %/% 2) %% domains[i],
         cv = matrix(cv[i] * (1 + (seq_len(domains[i] * J) * 3) %% 4 / 10), domains[i], J))))
}

solve_problem <- function(q) {
  S2 <- q$p * (1 - q$p); A <- NULL
  for (part in q$partitions) for (d in seq_len(nrow(part$cv))) for (j in seq_len(ncol(q$p))) {
    inside <- part$domain == d - 1
    allowed <- (part$cv[d, j] * sum((q$N * q$p[, j])[inside]))^2 + sum((q$N * S2[, j])[inside])
    A <- rbind(A, ifelse(inside, q$N^2 * S2[, j], 0) / allowed)
  }
  stopifnot(all(A %*% (1 / q$maximum) < 1))
  scale <- sum(q$cost * q$maximum)
  f <- function(t) list(objective = sum(q$cost * exp(t)) / scale, gradient = q$cost * exp(t) / scale)
  g <- function(t) list(constraints = as.vector(A %*% exp(-t)) - 1, jacobian = -A %*% diag(exp(-t)))
  best <- NULL
  for (share in c(0.9, 0.6, 0.3)) {
    start <- log(q$minimum) + share * (log(q$maximum) - log(q$minimum))
    r <- nloptr(start, f, lb = log(q$minimum), ub = log(q$maximum), eval_g_ineq = g,
                opts = list(algorithm = "NLOPT_LD_SLSQP", xtol_rel = 1e-14, ftol_rel = 1e-16, maxeval = 5000))
    if (max(g(r$solution)$constraints) < 1e-8 && (is.null(best) || r$objective < best$objective)) best <- r
  }
  c(q, list(n = exp(best$solution), cost_least = best$objective * scale,
            binding = sum(g(best$solution)$constraints > -1e-7)))
}

cases <- list(problem("one domain", 8, 2, 1, 0.05, FALSE), problem("regions", 15, 3, 3, 0.08, FALSE),
              problem("regions and ages", 24, 4, c(4, 3), c(0.12, 0.09), FALSE),
              problem("caps", 18, 3, c(3, 1), c(0.25, 0.12), TRUE),
              problem("many targets", 30, 8, c(5, 5), c(0.2, 0.2), FALSE))
cat(toJSON(list(head = list(r = R.version.string, nloptr = as.character(packageVersion("nloptr")),
  call = "nloptr(log n, NLOPT_LD_SLSQP)"), cases = lapply(cases, solve_problem)), digits = 17, auto_unbox = TRUE))
cat("\n")
