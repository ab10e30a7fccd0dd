# Joint inclusion probabilities of R package sampling, for sampling/selection/joint, and of Pareto sampling by
# numerical integration over all subsets, for sampling/selection/high_entropy.
# UPMEpiktildefrompik stops at 1e-6 by default: iterated here to 1e-13.
# Run: Rscript tests/oracle/sampling_joint.R > tests/oracle/sampling_joint.json
suppressPackageStartupMessages({library(sampling); library(jsonlite)})

sizes <- list(
  plain  = list(x = c(3, 9, 4, 1, 7, 2, 6, 8), n = 3),
  steep  = list(x = c(1, 2, 4, 8, 16, 32, 33), n = 2),
  many   = list(x = c(5, 4, 4, 5, 3, 6, 4), n = 5),
  spread = list(x = 20 + (seq_len(24) * 37) %% 101, n = 7))

entropy <- function(pik) {
  q <- UPMEpiktildefrompik(pik, eps = 1e-13)
  UPMEpik2frompikw(pik, q / (1 - q))
}
joint <- lapply(sizes, function(case) {
  pik <- inclusionprobabilities(case$x, case$n)
  list(pik = pik, n = case$n, sampford = UPsampfordpi2(pik), entropy = entropy(pik), elimination = UPtillepi2(pik),
       midzuno = UPmidzunopi2(pik), systematic = UPsystematicpi2(pik))
})

# P(s) of Pareto sampling: the largest ranking variable of s lies below all others.
pareto <- function(pik, n) {
  w <- pik / (1 - pik)
  law <- function(x, k) w[k] * x / (1 + w[k] * x)
  density <- function(x, k) w[k] / (1 + w[k] * x)^2
  subsets <- combn(length(pik), n)
  chance <- apply(subsets, 2, function(s) {
    inside <- function(x) sapply(x, function(y)
      sum(sapply(s, function(k) density(y, k) * prod(law(y, setdiff(s, k))))) * prod(1 - law(y, -s)))
    integrate(function(t) inside(t / (1 - t)) / (1 - t)^2, 0, 1, rel.tol = 1e-12, subdivisions = 2000)$value
  })
  pair <- function(k, l) sum(chance[apply(subsets, 2, function(s) all(c(k, l) %in% s))])
  list(pik = pik, n = n, total = sum(chance), matrix = outer(seq_along(pik), seq_along(pik), Vectorize(pair)))
}
paretos <- lapply(sizes[c("plain", "steep", "many")],
                  function(case) pareto(inclusionprobabilities(case$x, case$n), case$n))

cat(toJSON(list(
  head = list(r = R.version.string, sampling = as.character(packageVersion("sampling")),
              call = "UPsampfordpi2, UPMEpik2frompikw, UPtillepi2, UPmidzunopi2, UPsystematicpi2; integrate"),
  joint = joint, pareto = paretos), digits = 15, auto_unbox = TRUE))
cat("\n")
