# Models and tests under replicate weights by R survey, on the public api files and their replicate weights.
# Rscript tests/oracle/replicate_inference.R FOLDER > tests/oracle/replicate_inference.json
# FOLDER holds api*.csv and rep_*.csv (see tests/support/shared_data.h).
suppressPackageStartupMessages({library(survey); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
oracle <- fromJSON(file.path(folder, "oracle.json"), simplifyDataFrame = FALSE)$cases
names(oracle) <- sapply(oracle, `[[`, "id")

design_of <- function(id, sample, weights) {
  d <- read.csv(file.path(folder, sample))
  w <- read.csv(file.path(folder, weights))
  case <- oracle[[id]]
  if ("pw" %in% names(w)) d$pw <- w$pw
  svrepdesign(data = d, weights = ~pw, repweights = as.matrix(w[, grep("^rep", names(w))]), type = "other",
              combined.weights = TRUE, scale = case$scale, rscales = case$rscales,
              mse = if (is.null(case$mse)) TRUE else case$mse, degf = case$degf)
}
control <- glm.control(epsilon = 1e-14, maxit = 100)
glm_of <- function(design, formula, family) {
  m <- svyglm(formula, design, family = family, control = control)
  list(estimate = as.vector(coef(m)), se = as.vector(SE(m)), df = m$df.residual, covariance = as.matrix(vcov(m)))
}
tests_of <- function(design) {
  chisq <- lapply(c(F = "F", Chisq = "Chisq", Wald = "Wald", adjWald = "adjWald"), function(statistic) {
    x <- svychisq(~sch.wide + stype, design, statistic = statistic)
    list(statistic = as.vector(x$statistic), df = as.vector(x$parameter), p = as.vector(x$p.value))
  })
  htest <- function(x) list(statistic = as.vector(x$statistic), df = as.vector(x$parameter),
                            estimate = as.vector(x$estimate), p = as.vector(x$p.value))
  shares <- c(0.6, 0.2, 0.2)
  gof <- svygofchisq(~stype, shares, design)
  list(chisq = chisq, gof = list(statistic = as.vector(gof$statistic), df = as.vector(gof$parameter[2])),
       one = htest(svyttest(I(api00 - 650) ~ 0, design)), two = htest(svyttest(api00 ~ comp.imp, design)),
       wilcoxon = htest(svyranktest(api00 ~ comp.imp, design)),
       median = htest(svyranktest(api00 ~ comp.imp, design, test = "median")))
}
designs <- list(
  list("rep_clus1_JK1_mse", "apiclus1.csv", "rep_clus1_JK1_mse.csv"),
  list("rep_clus1_JK1_nofpc", "apiclus1.csv", "rep_clus1_JK1_nofpc.csv"),
  list("rep_clus1_bootstrap", "apiclus1.csv", "rep_clus1_bootstrap.csv"),
  list("rep_clus2_mrb", "apiclus2.csv", "rep_clus2_mrb.csv"),
  list("rep_clus1_JK1_ps", "apiclus1.csv", "rep_clus1_JK1_ps.csv"))
cases <- lapply(designs, function(x) {
  design <- do.call(design_of, x)
  few <- subset(design, meals > 20)
  c(list(id = x[[1]], sample = x[[2]], weights = x[[3]]),
    list(gaussian = glm_of(design, api00 ~ ell + meals, gaussian()),
         binomial = glm_of(design, I(sch.wide == "Yes") ~ ell + meals, quasibinomial()),
         poisson = glm_of(design, api.stu ~ ell + stype, quasipoisson()),
         domain = glm_of(few, api00 ~ ell + meals, gaussian())),
    tests_of(design))
})
write(toJSON(list(head = list(r = R.version.string, survey = as.character(packageVersion("survey")),
                              call = "Rscript tests/oracle/replicate_inference.R FOLDER"), cases = cases),
             auto_unbox = TRUE, digits = NA, pretty = TRUE), stdout())
