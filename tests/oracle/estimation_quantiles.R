# Quantiles of a made-up sample with ties, zero weights and small domains by survey 4.1: every rule and interval type.
# Rscript tests/oracle/estimation_quantiles.R > tests/oracle/estimation_quantiles.json
suppressMessages(library(survey))
set.seed(5)
n <- 61
s <- data.frame(y = round(rgamma(n, 2) * 8), w = round(rgamma(n, 2) * 40) / 8, h = rep(1:2, c(31, 30)),
                psu = c(rep(1:8, length.out = 31), rep(11:17, length.out = 30)), g = rep(c(1, 2, 1), length.out = n))
s$w[c(3, 17, 40)] <- 0
num <- function(x) paste0("[", paste(ifelse(is.na(x), "null", sprintf("%.17g", x)), collapse = ", "), "]")
cat("{\"head\": \"", R.version.string, ", survey ", as.character(packageVersion("survey")), "\",\n", sep = "")
for (v in names(s)) cat("\"", v, "\": ", num(s[[v]]), ",\n", sep = "")
cat("\"cases\": [\n")
all <- svydesign(~psu, strata = ~h, weights = ~w, data = s)
p <- c(0.002, 0.03, 0.1, 0.25, 0.4, 0.5, 0.73, 0.9, 0.985)
first <- TRUE
put <- function(...) {
  cat(if (first) "" else ",\n", "{", paste0(..., collapse = ""), "}", sep = "")
  first <<- FALSE
}
for (domain in 0:2) {
  d <- if (domain == 0) all else subset(all, g == domain)
  for (rule in c("math", "school", "shahvaish", paste0("hf", 1:9)))
    put("\"domain\": ", domain, ", \"rule\": \"", rule, "\", \"p\": ", num(p), ", \"estimate\": ",
        num(as.numeric(svyquantile(~y, d, p, ci = FALSE, qrule = rule)[[1]])))
  for (type in c("mean", "xlogit", "asin", "beta", "score")) for (rule in c("math", "school", "hf7")) {
    q <- if (type == "score") c(0.4, 0.5) else c(0.25, 0.5, 0.73)
    r <- svyquantile(~y, d, q, interval.type = type, qrule = rule, df = degf(d))[[1]]
    put("\"domain\": ", domain, ", \"rule\": \"", rule, "\", \"p\": ", num(q), ", \"interval\": \"", type,
        "\", \"df\": ", degf(d), ", \"estimate\": ", num(r[, 1]), ", \"lower\": ", num(r[, 2]), ", \"upper\": ",
        num(r[, 3]), ", \"se\": ", num(r[, 4]))
  }
}
cat("\n]}\n")
