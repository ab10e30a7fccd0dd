# Writes inference_data.csv (a small made-up survey: strata, PSUs, unequal and zero weights, missing values, ties) and
# inference.csv, the reference values of estimation/inference on it: R survey and MASS, iterated until nothing moves.
#   Rscript tests/oracle/inference.R tests/oracle
suppressMessages({library(survey); library(MASS, exclude = "select")})
folder <- commandArgs(TRUE)[1]
set.seed(20211122)
n <- 360
d <- data.frame(stratum = rep(1:6, each = 60), psu = rep(1:30, each = 12))
effect <- rnorm(30, 0, 0.4)[d$psu]
d$g <- sample(c("low", "mid", "top"), n, TRUE, c(.5, .3, .2))
d$s <- sample(1:2, n, TRUE)
d$x <- round(rnorm(n, 40, 12))
d$m <- round(runif(n, 0.5, 2), 2)
eta <- -2 + effect + 0.5 * (d$g == "mid") + 0.9 * (d$g == "top") - 0.3 * (d$s == 2) + 0.02 * d$x
d$b <- rbinom(n, 1, plogis(eta))
d$y <- rnbinom(n, mu = exp(eta - 0.2) * d$m, size = 1.2)
d$z <- round(exp(eta / 2) * rgamma(n, 3, 3), 3) + 0.001
d$r <- round(10 * exp(eta / 3) + rnorm(n, 0, 6))
d$w <- round(runif(n, 50, 150) * c(1, 2, 1, 3, 1, 2)[d$stratum], 1)
d$w[sample(n, 12)] <- 0
d$dom <- as.integer(d$stratum != 4 & d$x > 25)
d$x[sample(n, 9)] <- NA
d$g[sample(n, 7)] <- NA
d$r[sample(n, 5)] <- NA
write.csv(d, file.path(folder, "inference_data.csv"), row.names = FALSE, na = "", quote = FALSE)
d$s <- factor(d$s)

options(digits = 17)
out <- NULL
put <- function(id, item, value) out <<- rbind(out, data.frame(id = id, item = item, value = sprintf("%.17g", value)))
des <- svydesign(~psu, strata = ~stratum, weights = ~w, data = d)
dom <- subset(des, dom == 1)
tight <- list(epsilon = 1e-17, maxit = 60)  # never reached: sixty steps, until nothing moves

name <- function(x) {  # the names of cifra: "s2" is "s=2"
  x <- gsub("(Intercept)", "(intercept)", x, fixed = TRUE)
  gsub("\\bs2", "s=2", gsub("\\bg(low|mid|top)", "g=\\1", x))
}
glm_case <- function(id, formula, design, family, tests = list()) {
  assign("family", family, globalenv())  # where the refits of regTermTest look for them
  m <- suppressWarnings(svyglm(formula, design, family = family, control = tight))
  # With missing values regTermTest's LRT compares models of different records, and the dispersion is off by the ratio of
  # two mean weights: both are taken from the complete records.
  complete <- design[complete.cases(design$variables[, all.vars(formula)]), ]
  assign("complete", complete, globalenv())
  describe(id, m, tests, suppressWarnings(svyglm(formula, complete, family = family, control = tight)))
}
describe <- function(id, m, tests = list(), full = m) {
  ok <- !is.na(coef(m, na.rm = FALSE))
  co <- coef(summary(m)); ci <- confint(m)
  for (j in seq_len(nrow(co))) {
    k <- name(rownames(co)[j])
    put(id, paste("estimate", k), co[j, 1]); put(id, paste("se", k), co[j, 2]); put(id, paste("t", k), co[j, 3])
    put(id, paste("lower", k), ci[j, 1])
  }
  put(id, "df", m$df.residual)
  put(id, "dispersion", coef(summary(full)$dispersion)[1])
  for (t in names(tests)) for (method in c("Wald", "WorkingWald", "LRT")) {
    r <- suppressWarnings(regTermTest(full, tests[[t]], method = method))
    put(id, paste(method, "p", t), r$p)
    if (method == "Wald") put(id, paste(method, "F", t), r$Ftest)
  }
  invisible(m)
}
gs <- list("g + s" = ~g + s, "g" = ~g)
m1 <- glm_case("logit", b ~ g + s + x, des, quasibinomial(), gs)
glm_case("logit_domain", b ~ g + s + x, dom, quasibinomial(), gs)
glm_case("probit", b ~ g + s + x, des, quasibinomial("probit"), gs)
glm_case("cloglog", b ~ g + s + x, dom, quasibinomial("cloglog"))
describe("log_binomial", svyglm(b ~ s, des, family = quasibinomial("log"), start = c(-1, 0), control = tight))
m2 <- glm_case("poisson", y ~ g + s + x + offset(log(m)), des, quasipoisson(), gs)
glm_case("poisson_domain", y ~ g + s + x + offset(log(m)), dom, quasipoisson(), gs)
glm_case("gamma", z ~ g + x, des, Gamma("log"))
glm_case("gaussian", r ~ g * x + s, dom, gaussian())
glm_case("gaussian_offset", r ~ g + offset(x / 2), des, gaussian())
glm_case("slopes", r ~ g + g:x, des, gaussian())
glm_case("no_intercept", r ~ g + s + x - 1, des, gaussian())

# Negative binomial: theta and coefficients by MASS on the scaled weights; covariance of the joint scores with a Hessian
# by fourth-order differences of the gradient.
nb_case <- function(id, design) {
  v <- design$variables; w <- weights(design)
  ok <- complete.cases(v[, c("y", "g", "s", "x", "m")]) & w > 0
  v <- v[ok, ]; v$scaled <- w[ok] / mean(w[ok])
  m <- suppressWarnings(glm.nb(y ~ g + s + x + offset(log(m)), data = v, weights = scaled, control = glm.control(1e-14, 200)))
  X <- model.matrix(m); p <- ncol(X); off <- log(v$m)
  scores <- function(a) {
    mu <- exp(drop(X %*% a[1:p]) + off); th <- a[p + 1]
    cbind(X * ((v$y - mu) * th / (th + mu)),
          digamma(v$y + th) - digamma(th) + log(th) + 1 - log(mu + th) - (v$y + th) / (mu + th))
  }
  gradient <- function(a) colSums(scores(a) * v$scaled)
  hessian <- function(a) sapply(seq_along(a), function(j) {
    h <- 1e-3 * max(abs(a[j]), 0.05); e <- replace(0 * a, j, h)
    (8 * (gradient(a + e) - gradient(a - e)) - (gradient(a + 2 * e) - gradient(a - 2 * e))) / (12 * h)
  })
  a <- c(coef(m), m$theta)
  for (i in 1:5) a <- a - solve(hessian(a), gradient(a))  # polish what glm.nb leaves
  h <- hessian(a); h <- (h + t(h)) / 2
  influence <- matrix(0, nrow(design), p + 1)
  influence[ok, ] <- scores(a) %*% solve(-h)
  V <- vcov(svytotal(influence * mean(w[ok])^-1, design))
  for (j in 1:p) { put(id, paste("estimate", name(colnames(X)[j])), a[j]); put(id, paste("se", name(colnames(X)[j])), sqrt(V[j, j])) }
  put(id, "theta", a[p + 1]); put(id, "theta_se", sqrt(V[p + 1, p + 1]))
}
nb_case("negative_binomial", des)
nb_case("negative_binomial_domain", dom)

# Predictive margins over complete records: svypredmeans, and the full linearization by svytotal of influences.
margin_case <- function(id, formula, adjust, group, levels, family) {
  full <- des[complete.cases(d[, all.vars(formula)]) & d$w > 0, ]
  full$variables[[group]] <- factor(full$variables[[group]])
  m <- svyglm(formula, full, family = family, control = tight)
  a <- eval(bquote(svyglm(.(adjust), full, family = .(family), control = tight)))
  sep <- svypredmeans(a, as.formula(paste0("~", group)))
  v <- full$variables; w <- weights(full); X <- model.matrix(m); mu <- fitted(m)
  eta <- predict(m, type = "link", se.fit = FALSE)
  A <- solve(crossprod(X, X * (w * m$family$mu.eta(c(eta))^2 / m$family$variance(mu))))
  zb <- (X * ((m$y - mu) * m$family$mu.eta(c(eta)) / m$family$variance(mu))) %*% A
  for (l in levels) {
    nv <- v; nv[[group]] <- factor(l, levels = levels(v[[group]]))
    MM <- model.matrix(delete.response(terms(m)), nv)
    e <- drop(MM %*% coef(m)) ; f <- m$family$linkinv(e)
    mean_f <- sum(w * f) / sum(w); grad <- colSums(w * m$family$mu.eta(e) * MM) / sum(w)
    put(id, paste0("margin ", group, "=", l), mean_f)
    put(id, paste0("unconditional ", group, "=", l), SE(svytotal((f - mean_f) / sum(w) + drop(zb %*% grad), full)))
    put(id, paste0("conditional ", group, "=", l), sqrt(drop(grad %*% vcov(m) %*% grad)))
    put(id, paste0("separate ", group, "=", l), SE(sep)[which(names(coef(sep)) == l)])
  }
}
margin_case("margin_logit", b ~ s + x + g, b ~ s + x, "g", c("low", "mid", "top"), quasibinomial())
margin_case("margin_poisson", y ~ g + x + s, y ~ g + x, "s", c("1", "2"), quasipoisson())

chisq_case <- function(id, formula, design) {
  for (s in c("F", "Chisq", "Wald", "adjWald", "saddlepoint")) {
    r <- suppressWarnings(svychisq(formula, design, statistic = s))
    put(id, paste("statistic", s), r$statistic); put(id, paste("p", s), r$p.value)
  }
}
chisq_case("independence", ~b + g, des)
chisq_case("independence_domain", ~s + g, dom)
d3 <- subset(des, !(s == "2" & g %in% "top"))
chisq_case("independence_empty_cell", ~s + g, d3)

r <- svygofchisq(~g, c(.45, .35, .2), des, na.rm = TRUE)
put("goodness_of_fit", "statistic", r$statistic); put("goodness_of_fit", "p", r$p.value); put("goodness_of_fit", "df", r$parameter[2])

for (test in c("wilcoxon", "vanderWaerden", "median", "KruskalWallis")) {
  positive <- subset(des, w > 0)
  a <- svyranktest(r ~ s, positive, test = test)
  put(paste0("rank_", test), "two statistic", a$statistic); put(paste0("rank_", test), "two p", a$p.value)
  put(paste0("rank_", test), "two df", a$parameter)
  b <- svyranktest(r ~ g, subset(positive, dom == 1), test = test)
  put(paste0("rank_", test), "three p", b$p.value)
  put(paste0("rank_", test), "three statistic", b$parameter / 2)  # R prints chi-square and df in each other's place
}
t1 <- svyttest(r ~ 0, subset(dom, !is.na(r)))
put("t_one", "statistic", t1$statistic); put("t_one", "p", t1$p.value); put("t_one", "df", t1$parameter)
t2 <- svyttest(r ~ s, dom)
put("t_two", "statistic", t2$statistic); put("t_two", "p", t2$p.value); put("t_two", "lower", t2$conf.int[1])

# Sums of chi-squares: closed forms. Pairs of equal coefficients: a mixture of exponentials; one coefficient: an F.
for (x in c(0.5, 3, 10, 40, 150)) {
  a <- c(1.7, 0.9, 0.4)
  put("sum", paste("pairs", x), sum(sapply(1:3, function(i) prod(a[i] / (a[i] - a[-i])) * exp(-x / 2 / a[i]))))
  put("sum", paste("equal", x), pchisq(x / 1.3, 5, lower.tail = FALSE))
  put("sum", paste("reference", x), pf(x / 4 / 1.3, 4, 23, lower.tail = FALSE))
  put("sum", paste("saddlepoint", x), survey:::saddle(x, c(2, 1, 0.3, 0.3)))
}

head <- c(sprintf("# %s, survey %s, MASS %s", R.version.string, packageVersion("survey"), packageVersion("MASS")),
          "# Rscript tests/oracle/inference.R tests/oracle")
con <- file(file.path(folder, "inference.csv"), "w")
writeLines(head, con); write.csv(out, con, row.names = FALSE, quote = TRUE); close(con)
