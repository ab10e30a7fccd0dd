# Time to a stage under right censoring: survfit and quantile of the R package survival, limits on the log-log scale.
# Rscript tests/oracle/flow_times.R > tests/oracle/flow_times.json
suppressMessages(library(survival))
set.seed(20240901)
cases <- list(
    # worked by hand in tests/golden/records_flow.test
    small = list(time = c(10, 14, 20, 30, 40, 578), status = c(1, 0, 1, 1, 1, 0)),
    kept = list(time = c(10, 20, 30, 40, 698, 578), status = c(1, 1, 1, 1, 0, 0)),
    all_reach = list(time = c(3, 3, 5, 8, 8, 8, 13, 21), status = rep(1, 8)),
    none_reach = list(time = c(3, 5, 8), status = rep(0, 3)),
    same_day = list(time = c(0, 0, 0, 1, 1, 7, 7, 7), status = c(1, 1, 0, 1, 0, 1, 0, 0)),
    flat_at_a_half = list(time = c(2, 4, 6, 8), status = c(1, 1, 0, 0)),
    many = list(time = floor(rweibull(400, 0.8, 200)), status = rbinom(400, 1, 0.6)),
    rare = list(time = sample(700, 300, replace = TRUE), status = rbinom(300, 1, 0.08)),
    quick = list(time = rgeom(250, 0.2), status = rbinom(250, 1, 0.9)))
number <- function(x) ifelse(is.na(x) | is.nan(x), "null", sprintf("%.17g", x))
list_of <- function(x) paste0("[", paste(number(x), collapse = ", "), "]")
cat("{\"r\": \"", R.version.string, "\", \"survival\": \"", as.character(packageVersion("survival")), "\",\n", sep = "")
cat("\"cases\": {\n")
for (k in seq_along(cases)) {
    one <- cases[[k]]
    level <- if (k %% 2 == 0) 0.9 else 0.95
    fit <- survfit(Surv(time, status) ~ 1, data = one, conf.type = "log-log", conf.int = level)
    p <- c(0.05, 0.1, 0.25, 0.5, 0.75, 0.9)
    q <- quantile(fit, p)
    cat("\"", names(cases)[k], "\": {\"level\": ", number(level), ", \"time\": ", list_of(one$time), ", \"status\": ",
        list_of(one$status), ",\n\"day\": ", list_of(fit$time), ", \"at_risk\": ", list_of(fit$n.risk),
        ",\n\"survival\": ", list_of(fit$surv), ",\n\"se\": ",
        list_of(ifelse(fit$surv > 0, fit$std.err * fit$surv, NA)), ",\n\"lower\": ",
        list_of(fit$lower), ",\n\"upper\": ", list_of(fit$upper), ",\n\"p\": ", list_of(p), ", \"quantile\": ",
        list_of(q$quantile), ",\n\"quantile_lower\": ", list_of(q$lower), ", \"quantile_upper\": ", list_of(q$upper), "}",
        if (k < length(cases)) ",", "\n", sep = "")
}
cat("}}\n")
