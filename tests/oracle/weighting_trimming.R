# Limits, trimmed weights and mean squared errors of trimming in base R and survey 4.1, on made-up weights.
# Rscript tests/oracle/weighting_trimming.R: writes tests/oracle/weighting_trimming.json
suppressMessages(library(survey))
set.seed(31)
n <- 180
d <- data.frame(cell = rep(c("A", "B", "C"), length.out = n), stratum = rep(1:4, each = 45), psu = rep(1:36, each = 5),
                sex = sample(c("f", "m"), n, TRUE), age = sample(c("1", "2", "3"), n, TRUE))
d$w <- round(exp(rnorm(n, 4, 0.8)), 2)
d$w[c(7, 50)] <- 0
d$y1 <- round(10 + 3 * log(d$w + 5) + rnorm(n), 3)
d$y2 <- as.integer(runif(n) < 0.3)
positive <- d$w > 0
by_cell <- function(f) vapply(split(d$w[positive], d$cell[positive]), f, 0)
iqr4 <- by_cell(function(w) median(w) + 2 * unname(diff(quantile(w, c(0.25, 0.75)))))
# min(U, r w) with the sum kept: r by bisection.
capped <- function(w, upper) {
  r <- uniroot(function(r) sum(pmin(upper, r * w)) - sum(w), c(1, 100), tol = 1e-15)$root
  for (i in 1:5) { free <- r * w < upper; r <- (sum(w) - upper * sum(!free)) / sum(w[free]) }
  pmin(upper, r * w)
}
within <- d$w
for (c in names(iqr4)) within[d$cell == c & positive] <- capped(d$w[d$cell == c & positive], iqr4[c])
# Margins kept: units above the cap held there, the rest raked to what is left, again until none is above.
cap <- 300
w <- d$w
held <- !positive
totals <- function(keep, w) colSums(model.matrix(~sex + age, d)[keep, , drop = FALSE] * w[keep])
goal <- totals(positive, d$w)
repeat {
  over <- !held & w > cap * (1 + 1e-13)
  if (!any(over)) break
  w[over] <- cap
  held <- held | over
  design <- svydesign(~1, weights = w[!held], data = d[!held, ])
  w[!held] <- weights(calibrate(design, ~sex + age, goal - totals(held & positive, w), calfun = "raking",
                                epsilon = 1e-14, maxit = 200))
}
# Mean squared errors: caps at multiples of the mean, all cells as one.
design <- svydesign(~psu, strata = ~stratum, weights = ~w, data = d)
variance <- function(z) as.numeric(svyrecvar(cbind(z), design$cluster, design$strata, design$fpc))
z <- function(w, y) w * (y - weighted.mean(y, w)) / sum(w)
multiples <- c(4, 3, 2.5, 2, 1.5)
mse <- sapply(multiples, function(m) {
  t <- d$w
  t[positive] <- capped(d$w[positive], m * mean(d$w[positive]))
  sapply(d[c("y1", "y2")], function(y) (weighted.mean(y, t) - weighted.mean(y, d$w))^2 - variance(z(t, y) - z(d$w, y)) +
           variance(z(t, y)))
})
start <- sapply(d[c("y1", "y2")], function(y) variance(z(d$w, y)))
num <- function(x) paste0("[", paste(sprintf("%.17g", as.numeric(x)), collapse = ", "), "]")
txt <- function(x) paste0("[", paste0("\"", x, "\"", collapse = ", "), "]")
fields <- c(cell = txt(d$cell), sex = txt(d$sex), age = txt(d$age), stratum = num(d$stratum), psu = num(d$psu),
            w = num(d$w), y1 = num(d$y1), y2 = num(d$y2), iqr_limits = num(iqr4), mean = num(mean(d$w[positive])),
            median = num(median(d$w[positive])), within_cells = num(within), keeping_margins = num(w),
            totals = num(c(tapply(d$w, d$sex, sum), tapply(d$w, d$age, sum))), multiples = num(multiples),
            variance = num(start), mse_y1 = num(mse[1, ]), mse_y2 = num(mse[2, ]))
head <- paste0("{\"head\": \"", R.version.string, ", survey ", packageVersion("survey"), "\"")
writeLines(paste0(paste(c(head, sprintf("\"%s\": %s", names(fields), fields)), collapse = ",\n"), "}"),
           "tests/oracle/weighting_trimming.json")
