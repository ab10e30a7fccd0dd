# Stratified two-stage samples with unequal probabilities by R survey: variance_designs_data.csv (made here) and
# variance_designs.json (what R gives). Rscript tests/oracle/variance_designs.R; needs survey and jsonlite.
suppressMessages({library(survey); library(jsonlite)})
set.seed(20212)
out <- "tests/oracle"
psus <- data.frame(h = rep(1:3, c(5, 7, 6)), psu = 1:18)
psus$p <- round(runif(18, 0.05, 0.9), 4)
psus$p[3] <- 1                                                     # certain
psus$N <- c(12, 30, 9)[psus$h]
psus$m <- sample(2:4, 18, TRUE)
psus$M <- psus$m + sample(1:20, 18, TRUE)
psus$sump2 <- c(2.5, 1.9, 2.2)[psus$h]
d <- psus[rep(1:18, psus$m), ]
d$ssu <- seq_len(nrow(d))
d$y <- round(20 + 10 * d$p + 5 * rnorm(nrow(d)), 2)
d$x <- round(3 + d$y / 10 + rnorm(nrow(d)), 2)
d$dom <- ifelse(d$h == 1, as.integer(d$psu == 2), ifelse(d$h == 2, as.integer(d$psu %% 2), rbinom(nrow(d), 1, 0.6)))
d$f2 <- d$m / d$M
d$w <- 1 / (d$p * d$f2)                                            # both stages
d$w1 <- 1 / d$p                                                    # the first stage: PSUs taken whole
d$weq <- d$N / c(5, 7, 6)[d$h] * d$M / d$m
one <- aggregate(cbind(y, x) ~ psu + h + p + sump2, d, sum); one <- one[order(one$psu), ]
one$w1 <- 1 / one$p
options(survey.lonely.psu = "fail")
pps <- function(...) svydesign(~psu, strata = ~h, fpc = ~p, data = d, ...)
cases <- list(); add <- function(id, keys, design, weight, subset_too = TRUE) {
  t <- svytotal(~y + x, design); r <- svyratio(~y, ~x, design); m <- svymean(~y, design)
  e <- list(id = id, keys = keys, weight = weight, total = unname(coef(t)), vcov = unname(as.matrix(vcov(t))),
            ratio = unname(coef(r)), ratio_se = unname(SE(r))[1], mean = unname(coef(m))[1], mean_se = unname(SE(m))[1])
  if (subset_too == "zeros") {       # subset() of R 4.1 fails where a PSU of a pps design has several rows
    zt <- svytotal(~I(y * dom), design); zr <- svyratio(~I(y * dom), ~dom, design)
    e$domain_total <- unname(coef(zt)); e$domain_total_se <- unname(SE(zt))[1]
    e$domain_mean <- unname(coef(zr)); e$domain_mean_se <- unname(SE(zr))[1]
  } else if (subset_too) {
    s <- subset(design, dom == 1)
    e$domain_total <- unname(coef(svytotal(~y, s)))[1]; e$domain_total_se <- unname(SE(svytotal(~y, s)))[1]
    e$domain_mean <- unname(coef(svymean(~y, s)))[1]; e$domain_mean_se <- unname(SE(svymean(~y, s)))[1]
  }
  cases[[length(cases) + 1]] <<- e
}
p <- "strata: h, psu: psu, probability: p, "
add("brewer_one_stage", paste0(p, "unequal: brewer"), pps(pps = "brewer"), "w1")
add("brewer_two_stages", "strata: h, psu: [psu, ssu], probability: p, unequal: brewer, fpc: [M]",
    svydesign(~psu + ssu, strata = ~h, fpc = ~p + f2, data = d, pps = "brewer"), "w")
for (f in c("HT", "YG")) {
  key <- if (f == "HT") ", form: horvitz_thompson" else ", form: sen_yates_grundy"
  add(paste0("overton_", f), paste0(p, "unequal: overton", key), pps(pps = "overton", variance = f), "w1", "zeros")
  add(paste0("hartley_rao_", f), paste0(p, "unequal: hartley_rao", key), pps(pps = HR(), variance = f), "w1", "zeros")
  add(paste0("hartley_rao_population_", f), paste0(p, "unequal: hartley_rao, population_p2: sump2", key),
      pps(pps = HR(data.frame(d$sump2 / c(5, 7, 6)[d$h]), strata = data.frame(d$h)), variance = f), "w1", "zeros")
}
add("poisson", paste0(p, "unequal: poisson"),
    svydesign(~psu, strata = ~h, probs = ~p, data = one, pps = poisson_sampling(one$p)), "w1", FALSE)
eq <- function(...) svydesign(~psu + ssu, strata = ~h, data = d, weights = ~weq, ...)
add("two_stages", "strata: h, psu: [psu, ssu], fpc: [N, M]", eq(fpc = ~N + M), "weq")
options(survey.ultimate.cluster = TRUE)
add("ultimate", "strata: h, psu: [psu, ssu], fpc: [N, M], ultimate_cluster: true", eq(fpc = ~N + M), "weq")
options(survey.ultimate.cluster = FALSE)
# In the domain stratum 1 has one PSU.
for (rule in c("adjust", "average")) {
  options(survey.lonely.psu = rule, survey.adjust.domain.lonely = TRUE)
  ours <- if (rule == "adjust") "adjust_from_zero" else rule
  add(paste0("domain_lonely_", rule), paste0("strata: h, psu: psu, domain_lonely: ", ours), eq(), "weq")
  add(paste0("domain_lonely_fpc_", rule), paste0("strata: h, psu: psu, fpc: N, domain_lonely: ", ours),
      svydesign(~psu, strata = ~h, data = d, weights = ~weq, fpc = ~N), "weq")
}
options(survey.lonely.psu = "fail", survey.adjust.domain.lonely = FALSE)
add("domain_not_adjusted", "strata: h, psu: psu", eq(), "weq")
write.csv(d, file.path(out, "variance_designs_data.csv"), row.names = FALSE, quote = FALSE)
write_json(list(meta = list(R = R.version.string, survey = as.character(packageVersion("survey")),
                            call = "svydesign(pps = ...); svytotal, svyratio, svymean; tests/oracle/variance_designs.R"),
                cases = cases), file.path(out, "variance_designs.json"), digits = NA, auto_unbox = TRUE)
