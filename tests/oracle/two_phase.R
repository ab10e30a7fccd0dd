# Two-phase samples by R survey: two_phase_data.csv (made here) and two_phase.json (what R gives).
# Rscript tests/oracle/two_phase.R; needs survey and jsonlite.
suppressMessages({library(survey); library(jsonlite)})
set.seed(20211)
out <- "tests/oracle"
n <- 120
d <- data.frame(id = 1:n, h = rep(c("a", "b", "c"), each = 40), psu = rep(1:24, each = 5))
d$hu <- ifelse(d$id <= 25, "a", ifelse(d$id <= 70, "b", "c"))      # strata of unequal size
d$g <- ifelse(runif(n) < 0.35, "screened", "other")
d$y <- round(100 + 20 * rnorm(n) + 30 * (d$g == "screened"), 2)
d$x <- round(50 + 10 * rnorm(n) + d$y / 10, 2)
d$dom <- rbinom(n, 1, 0.5)
d$in2 <- 0
d$in2[sample(which(d$g == "screened"), 24)] <- 1
d$in2[sample(which(d$g == "other"), 30)] <- 1
d$N <- 1500                                                          # population, elements
d$Nh <- c(a = 300, b = 500, c = 700)[d$h]
d$Nhu <- c(a = 300, b = 500, c = 700)[d$hu]
d$Mh <- c(a = 20, b = 60, c = 35)[d$h]                               # population, PSUs
d$p1 <- 120 / d$N
d$sub <- d$in2 == 1
second <- ave(d$in2, d$g)
weight <- function(first) ifelse(d$sub, first / second, 0)
d$w_srs <- weight(d$N / 120)
d$w_strat <- weight(d$Nh / 40)
d$w_unequal <- weight(d$Nhu / ave(d$Nhu, d$hu, FUN = length))
d$w_cluster <- weight(d$Mh / 8)
d$w_first <- d$N / 120
d$y[!d$sub] <- NA                                                    # measured in the second phase only
d$x[!d$sub] <- NA
d$psu2 <- d$psu
design <- list(
  srs_full = list(method = "full", weight = "w_srs", fpc = "N",
    d = twophase(list(~id, ~id), strata = list(NULL, ~g), fpc = list(~N, NULL), subset = ~sub, data = d, method = "full")),
  srs_approx = list(method = "approx", weight = "w_srs", fpc = "N",
    d = twophase(list(~id, ~id), strata = list(NULL, ~g), fpc = list(~N, NULL), subset = ~sub, data = d, method = "approx")),
  wr_full = list(method = "full", weight = "w_srs", uncentred = TRUE,
    d = twophase(list(~id, ~id), strata = list(NULL, ~g), probs = list(~rep(1, 120), NULL), subset = ~sub, data = d, method = "full")),
  wr_approx = list(method = "approx", weight = "w_srs",
    d = twophase(list(~id, ~id), strata = list(NULL, ~g), probs = list(~p1, NULL), subset = ~sub, data = d, method = "approx")),
  strat_full = list(method = "full", weight = "w_strat", strata = "h", fpc = "Nh",
    d = twophase(list(~id, ~id), strata = list(~h, ~g), fpc = list(~Nh, NULL), subset = ~sub, data = d, method = "full")),
  strat_approx = list(method = "approx", weight = "w_strat", strata = "h", fpc = "Nh",
    d = twophase(list(~id, ~id), strata = list(~h, ~g), fpc = list(~Nh, NULL), subset = ~sub, data = d, method = "approx")),
  unequal_approx = list(method = "approx", weight = "w_unequal", strata = "hu", fpc = "Nhu",
    d = twophase(list(~id, ~id), strata = list(~hu, ~g), fpc = list(~Nhu, NULL), subset = ~sub, data = d, method = "approx")),
  cluster_full = list(method = "full", weight = "w_cluster", strata = "h", psu = "psu", fpc = "Mh",
    d = twophase(list(~psu, ~id), strata = list(~h, ~g), fpc = list(~Mh, NULL), subset = ~sub, data = d, method = "full")),
  cluster_approx = list(method = "approx", weight = "w_cluster", strata = "h", psu = "psu", fpc = "Mh",
    d = twophase(list(~psu, ~id), strata = list(~h, ~g), fpc = list(~Mh, NULL), subset = ~sub, data = d, method = "approx")))
both <- function(s) list(estimate = unname(coef(s)), vcov = unname(as.matrix(vcov(s))))
cases <- lapply(names(design), function(id) {
  e <- design[[id]]
  r <- list(id = id, method = e$method, weight = e$weight, strata = e$strata, psu = e$psu, fpc = e$fpc,
            uncentred = isTRUE(e$uncentred))
  scale <- if (id == "wr_full") 1500 / 120 else 1    # its probabilities of phase 1 are 1
  t <- both(svytotal(~y + x, e$d)); r$total <- list(estimate = t$estimate * scale, vcov = t$vcov * scale^2)
  r$mean <- both(svymean(~y + x, e$d))
  q <- svyratio(~y, ~x, e$d); r$ratio <- list(estimate = unname(coef(q)), se = unname(SE(q)))
  if (e$method == "full") {
    s <- both(svytotal(~y + x, subset(e$d, dom == 1)))
    r$domain_total <- list(estimate = s$estimate * scale, vcov = s$vcov * scale^2)
  }
  r$df <- degf(e$d)
  r
})
d$sub <- NULL; d$psu2 <- NULL
write.csv(d, file.path(out, "two_phase_data.csv"), row.names = FALSE, na = "", quote = FALSE)
write_json(list(meta = list(R = R.version.string, survey = as.character(packageVersion("survey")),
                            call = "twophase(method = full, approx); svytotal, svymean, svyratio; tests/oracle/two_phase.R"),
                cases = cases), file.path(out, "two_phase.json"), digits = NA, auto_unbox = TRUE, null = "null")
