# Nonresponse adjustment by cells in base R: respondents' weights times sum(w eligible) / sum(w respondents) of the cell,
# and the Kish deff n sum(w^2) / sum(w)^2 of the result. Run: Rscript weighting_cells.R > weighting_cells.csv
n <- 80
i <- seq_len(n)
d <- data.frame(id = sprintf("d%02d", i), region = c("A", "B", "C", "D")[(i * 3) %% 4 + 1],
                area = c("R", "U")[(i %/% 3) %% 2 + 1], w = round(50 + 30 * cos(i * 1.7), 2),
                eligible = as.integer(i %% 11 != 0), responds = as.integer((i * 13) %% 7 > 1))
d$responds <- d$responds * d$eligible
cell <- interaction(d$region, d$area, drop = TRUE)
target <- ave(d$w * d$eligible, cell, FUN = sum)
base <- ave(d$w * d$responds, cell, FUN = sum)
d$adjusted <- ifelse(d$responds == 1, d$w * target / base, 0)
a <- d$adjusted[d$adjusted > 0]
cat("#", R.version.string, "; base R: ave()\n")
cat(sprintf("# sum=%.17g deff=%.17g\n", sum(a), length(a) * sum(a^2) / sum(a)^2))
cat("id,region,area,w,eligible,responds,adjusted\n")
cat(sprintf("%s,%s,%s,%.17g,%d,%d,%.17g\n", d$id, d$region, d$area, d$w, d$eligible, d$responds, d$adjusted), sep = "")
