# Rubin's rules by mitools::MIcombine and by their formulas: values and covariances of M made-up imputations.
# Barnard & Rubin (1999) have v_obs = (v + 1)/(v + 3) v (1 - g) with g = (1 + 1/M) B / T; mitools 2.4 leaves out the
# (1 + 1/M) in g. Both are written: df_barnard_rubin by the formula of the paper, df_mitools by the package.
# Run: Rscript tests/oracle/imputation_pool.R > tests/oracle/imputation_pool.json
suppressMessages(library(mitools))
set.seed(20210)

one_case <- function(m, k, spread, df_complete) {
  centre <- rnorm(k, 10, 3)
  results <- lapply(seq_len(m), function(i) rnorm(k, centre, spread))
  variances <- lapply(seq_len(m), function(i) {
    root <- matrix(rnorm(k * k), k, k)
    crossprod(root) / k + diag(k)
  })
  far <- MIcombine(results, variances)
  near <- MIcombine(results, variances, df.complete = df_complete)
  vbar <- Reduce(`+`, variances) / m
  b <- var(do.call(rbind, results))
  total <- vbar + (1 + 1 / m) * b
  g <- diag((1 + 1 / m) * b) / diag(total)
  observed <- (df_complete + 1) / (df_complete + 3) * df_complete * (1 - g)
  df <- 1 / (1 / ((m - 1) / g^2) + 1 / observed)
  r <- diag((1 + 1 / m) * b) / diag(vbar)
  list(m = m, k = k, df_complete = df_complete,
       values = do.call(rbind, results), covariances = lapply(variances, identity),
       coefficients = as.numeric(near$coefficients), covariance = near$variance,
       df_infinite = as.numeric(far$df), missing_infinite = as.numeric(far$missinfo),
       df_mitools = as.numeric(near$df), missing_mitools = as.numeric(near$missinfo),
       df_barnard_rubin = as.numeric(df), missing_barnard_rubin = as.numeric((r + 2 / (df + 3)) / (r + 1)))
}

cases <- list(one_case(5, 2, 0.8, 40), one_case(20, 3, 0.3, 12), one_case(2, 2, 1.5, 7), one_case(10, 2, 2, 300))
cat(jsonlite::toJSON(list(
  head = list(R = R.version.string, mitools = as.character(packageVersion("mitools")),
              call = "MIcombine(results, variances, df.complete)"),
  cases = cases), digits = NA, auto_unbox = TRUE, pretty = FALSE), "\n")
