# Rscript survey.R FOLDER TASK [OUT]: a task with R survey. `read-TASK` only reads the columns of the task and declares
# the design. OUT: estimates and standard errors in the order of cifra's; a model is then iterated to the end.
suppressPackageStartupMessages({library(data.table); library(survey)})
given <- commandArgs(TRUE)
task <- sub("^read-", "", given[2])
setDTthreads(2)
crimes <- paste0("v", 1:12)
own <- list(t1 = crimes, t2 = c("region", "sex", crimes), t3 = c("region", paste0("n", 1:6)), t5 = c("region", "v12"), t6 = c("region", "cost"),
            t7 = c("year", crimes), t8 = c("v12", "age_group", "income_q", "sex", "area", "cal1", "cal2"))
persons <- as.data.frame(fread(file.path(given[1], "persons.csv"), select = c("stratum", "psu", "weight", own[[task]])))
design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = persons)
if (given[2] != task) quit()

prevalences <- reformulate(crimes)
control <- if (length(given) == 3) glm.control(epsilon = 1e-30, maxit = 12) else glm.control()
result <- switch(task,
    t1 = svymean(prevalences, design),
    t2 = svyby(prevalences, ~sex + region, design, svymean, vartype = c("se", "ci")),
    t3 = svyby(~rate, ~region, update(design, rate = 1000 * (n1 + n2 + n3 + n4 + n5 + n6)), svymean),
    t5 = svyby(~v12, ~region, as.svrepdesign(design, type = "subbootstrap", replicates = 1000), svymean),
    t6 = svyby(~cost, ~region, subset(design, cost > 0), svyquantile, quantiles = c(0.25, 0.5, 0.75), ci = TRUE,
               vartype = c("se", "ci")),
    t7 = {
        means <- svyby(prevalences, ~year, design, svymean, covmat = TRUE)
        changes <- lapply(crimes, function(crime) svycontrast(means, setNames(c(-1, 1), paste0(2024:2025, ":", crime))))
        list(coef = sapply(changes, coef), SE = sapply(changes, SE))
    },
    t8 = svyglm(v12 ~ factor(age_group) + factor(income_q) + factor(sex) + factor(area) + cal1 + factor(cal2), design,
                family = quasibinomial(), control = control))
if (length(given) == 3) {
    estimate <- if (task == "t7") result$coef else coef(result)
    se <- if (task == "t7") result$SE else unlist(SE(result))
    fwrite(data.table(estimate = as.numeric(estimate), se = as.numeric(se)), given[3])
}
