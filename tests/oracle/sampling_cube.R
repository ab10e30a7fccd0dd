# Balance of samples drawn by R package sampling, for sampling/selection/cube and stratified_cube: root mean square of
# the relative deviation of each Horvitz-Thompson total over many draws, with its Monte Carlo standard error, of two
# public frames (shared/data/frames). Landing 1 of the package is the linear programme, 2 suppression of variables.
# Run: Rscript tests/oracle/sampling_cube.R FRAMES > tests/oracle/sampling_cube.csv      (minutes)
suppressPackageStartupMessages(library(sampling))
frames <- commandArgs(TRUE)[1]
mu <- read.csv(file.path(frames, "MU284.csv"))
swiss <- read.csv(file.path(frames, "swissmunicipalities.csv"))

cat(sprintf("# %s, sampling %s\n", R.version.string, packageVersion("sampling")))
cat("frame,method,draws,variable,rms,se\n")

report <- function(frame, method, deviations) {
  squares <- deviations^2
  for (v in colnames(squares)) {
    m <- mean(squares[, v]); se <- sd(squares[, v]) / sqrt(nrow(squares))
    cat(sprintf("%s,%s,%d,%s,%.10g,%.10g\n", frame, method, nrow(squares), v, sqrt(m), se / (2 * sqrt(m))))
  }
}
deviation <- function(X, pik, s) (colSums(X[s == 1, , drop = FALSE] / pik[s == 1]) - colSums(X)) / abs(colSums(X))
repeated <- function(draws, X, pik, one) {
  set.seed(20240517)
  t(replicate(draws, deviation(X, pik, one())))
}

mu_variables <- c("P85", "CS82", "SS82", "S82", "ME84", "REV84")
swiss_variables <- c("HApoly", "Surfacesbois", "Surfacescult", "Airbat", "Pop020", "Pop65P", "H00PTOT")
designs <- list(
  MU284 = list(draws = 1000, pik = inclusionprobabilities(mu$P75, 50), X = as.matrix(mu[, mu_variables])),
  swissmunicipalities = list(draws = 100, pik = inclusionprobabilities(swiss$POPTOT, 200),
                             X = as.matrix(swiss[, swiss_variables])))

for (name in names(designs)) {
  d <- designs[[name]]
  for (landing in 2:1)
    report(name, c("programme", "suppression")[landing], repeated(d$draws, d$X, d$pik, function()
      samplecube(cbind(d$pik, d$X), d$pik, order = 1, comment = FALSE, method = landing)))
}

# Eight regions of MU284, fixed sizes within.
sizes <- c(6, 10, 7, 8, 12, 9, 4, 6)
pik <- numeric(nrow(mu))
for (h in 1:8) pik[mu$REG == h] <- inclusionprobabilities(mu$P75[mu$REG == h], sizes[h])
X <- as.matrix(mu[, mu_variables])
report("MU284", "stratified", repeated(300, X, pik, function()
  balancedstratification(cbind(pik, X), mu$REG, pik, comment = FALSE)))
