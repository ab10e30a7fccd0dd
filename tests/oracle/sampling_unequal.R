# Inclusion probabilities and PPS systematic samples of R package sampling, for sampling/selection/inclusion and sampling/selection/unequal.
# Sizes are made here by a fixed rule, some of them so large that they are certain, some of them by iteration only.
# Run: Rscript tests/oracle/sampling_unequal.R > tests/oracle/sampling_unequal.json
suppressPackageStartupMessages({library(sampling); library(jsonlite)})

sizes <- list(
  mild    = 50 + (seq_len(40) * 37) %% 101,
  skewed  = round(exp((seq_len(60) * 29) %% 61 / 9)),
  cascade = c(1000, 400, 180, 90, 50, 30, 20, 15, 12, 10, 9, 8, 7, 6, 5),
  equal   = rep(7, 12))
counts <- list(mild = c(1, 7, 20, 39), skewed = c(2, 10, 25, 50), cascade = c(2, 4, 7, 12), equal = c(1, 5, 12))

cases <- list()
for (name in names(sizes)) for (n in counts[[name]]) {
  x <- sizes[[name]]
  pik <- inclusionprobabilities(x, n)
  draws <- lapply(1:4, function(seed) {
    set.seed(seed); start <- runif(1)       # UPsystematic takes one uniform number: its start
    set.seed(seed)
    list(start = start, taken = which(UPsystematic(pik) == 1) - 1L)
  })
  cases[[length(cases) + 1]] <- list(name = name, n = n, sizes = x, pik = pik, draws = draws)
}
# Joint probabilities of systematic sampling in the given order.
x <- c(3, 9, 4, 1, 7, 2, 6, 8)
pik <- inclusionprobabilities(x, 3)
joint <- list(sizes = x, n = 3, pik = pik, matrix = UPsystematicpi2(pik))

cat(toJSON(list(
  head = list(r = R.version.string, sampling = as.character(packageVersion("sampling")),
              call = "inclusionprobabilities(x, n); UPsystematic(pik); UPsystematicpi2(pik)"),
  cases = cases, joint = joint), digits = 17, auto_unbox = TRUE))
cat("\n")
