# Gini, Lorenz ordinates, shares of the top and mean excess by brute force over all pairs, their influence by its
# definition (derivative in the weight, by pairs), their variance by survey's svytotal of the influence; dispersion by
# svyvar and svycontrast. A made-up stratified cluster sample with many ties at 0.
# Rscript tests/oracle/estimation_inequality.R > tests/oracle/estimation_inequality.json
suppressMessages(library(survey))
set.seed(8)
n <- 90
s <- data.frame(y = rpois(n, rgamma(n, 0.4) * 3), x = round(rgamma(n, 3) * 100) / 10, w = round(rgamma(n, 2) * 80) / 8,
                h = rep(1:3, each = 30), psu = rep(1:18, each = 5))
s$w[c(2, 50)] <- 0
num <- function(x) paste0("[", paste(ifelse(is.na(x), "null", sprintf("%.17g", x)), collapse = ", "), "]")
cat("{\"head\": \"", R.version.string, ", survey ", as.character(packageVersion("survey")), "\",\n", sep = "")
for (v in names(s)) cat("\"", v, "\": ", num(s[[v]]), ",\n", sep = "")
d <- svydesign(~psu, strata = ~h, weights = ~w, data = s)
one <- svydesign(~psu, strata = ~h, weights = ~I(rep(1, n)), data = s)
se_of <- function(z) as.numeric(SE(svytotal(~z, update(one, z = z))))
gini <- function(w, y) sum(outer(w, w) * abs(outer(y, y, "-"))) / (2 * sum(w) * sum(w * y))
# The total of the lowest p W: rows written out as intervals of weight on a line.
lorenz <- function(w, y, p) {
  o <- order(y); up <- cumsum(w[o]); low <- up - w[o]
  sum(pmin(pmax(p * sum(w) - low, 0), w[o]) * y[o]) / sum(w * y)
}
# Central differences, exact to rounding for functions this smooth (ratios of low polynomials), by Richardson.
slope <- function(f, w) sapply(seq_along(w), function(k) {
  if (w[k] == 0) return(0)
  D <- function(h) { a <- w; b <- w; a[k] <- a[k] + h; b[k] <- b[k] - h; (f(a) - f(b)) / (2 * h) }
  h <- 0.02; d1 <- D(h); d2 <- D(h / 2); d3 <- D(h / 4)
  e1 <- (4 * d2 - d1) / 3; e2 <- (4 * d3 - d2) / 3; (16 * e2 - e1) / 15
})
cases <- character()
put <- function(name, f, rows, parameter = NA) {
  w <- s$w; use <- rows & w > 0
  g <- function(a) f(a[use], s$y[use])
  z <- w * slope(g, w)
  cases <<- c(cases, paste0("{\"name\": \"", name, "\", \"parameter\": ", ifelse(is.na(parameter), "null", parameter),
    ", \"victims\": ", tolower(!all(rows)), ", \"estimate\": ", num(g(w)), ", \"se\": ", num(se_of(z)), "}"))
}
for (rows in list(rep(TRUE, n), s$y > 0)) {
  put("gini", gini, rows)
  for (p in c(0.31, 0.5, 0.77, 0.93)) put("lorenz", function(w, y) lorenz(w, y, p), rows, p)
  for (x in c(0.013, 0.1, 0.2)) put("top", function(w, y) 1 - lorenz(w, y, 1 - x), rows, x)
}
for (u in c(0, 1, 2.5)) put("excess", function(w, y) sum(w[y > u] * (y[y > u] - u)) / sum(w[y > u]), rep(TRUE, n), u)
v <- svyvar(~x + y, d); vv <- attr(v, "var")
cases <- c(cases, paste0("{\"name\": \"svyvar\", \"estimate\": ", num(as.vector(v)), ", \"se\": ", num(sqrt(diag(vv))), "}"))
cat("\"cases\": [\n", paste(cases, collapse = ",\n"), "\n]}\n", sep = "")
