# Rscript report.R GOALS.csv: what run.sh measured in the current folder, as Markdown.
text <- c(group = "character", rows = "character", name = "character")
measured <- read.csv("measurements.csv", colClasses = text)
commands <- read.delim("commands.tsv", header = FALSE, quote = "", colClasses = "character",
                       col.names = c("group", "rows", "name", "command"))
facts <- read.delim("facts.tsv", quote = "", colClasses = "character")
answers <- read.csv("differences.csv", header = FALSE, col.names = c("file", "estimate", "se"))
goals <- read.csv(commandArgs(TRUE)[1], colClasses = text[c("group", "rows")])

titles <- c(t1 = "T1 from CSV: 12 prevalences, whole country", t2 = "T2 from CSV: 12 prevalences in 64 domains",
            reading = "The 17 columns of T2 read from CSV",
            "t2-loaded" = "T2 from what each keeps of the file", t3 = "T3: incidence per 1,000 by region",
            t5 = "T5: prevalences by region, 1,000 bootstrap replicates",
            t6 = "T6: quartiles of cost by region with intervals",
            t7 = "T7: 12 changes between years with covariance",
            t8 = "T8: logistic regression, 17 coefficients", growth = "T2 on one thread as the file grows",
            threads = "T2 on one and on two threads", domains = "T2 as the domains grow",
            streamed = "T2, streamed once")

line <- function(...) cat(..., "\n", sep = "")
row <- function(cells) line("| ", paste(cells, collapse = " | "), " |")
head_row <- function(cells) { row(cells); line("|", strrep(" --- |", length(cells))) }
whole <- function(rows) format(as.numeric(rows), big.mark = ",", scientific = FALSE, trim = TRUE)
number <- function(x) ifelse(is.na(x), "", format(signif(x, 3), big.mark = ",", scientific = FALSE, trim = TRUE))
numbers <- function(...) vapply(c(...), number, "")

# One figure of a command, round by round; that of a computation is its CPU less the CPU of its reading.
figures <- function(group, rows, name, quantity) {
    table <- measured[measured$group == group & measured$rows == rows, ]
    of <- function(name, column) table[table$name == name, column]
    switch(quantity,
        computation = of(name, "cpu") - of(paste0(name, ", reading"), "cpu"),
        cpu_per_row = of(name, "cpu") / as.numeric(name),
        of(name, quantity))
}

# Of two commands, round by round: they alternated. A difference of two processes is too rough for that.
compared <- function(group, rows, quantity, over, under) {
    values <- figures(group, rows, over, quantity)
    if (under == "") return(median(values))
    others <- figures(group, rows, under, quantity)
    if (quantity == "computation") median(values) / median(others) else median(values / others)
}

names_of <- function(group, rows) commands$name[commands$group == group & commands$rows == rows]

write_commands <- function(group, rows) {
    names <- names_of(group, rows)
    per_row <- group == "growth"
    head_row(c("", "wall s", "CPU s", "peak MiB", paste("CPU,", names[1], "= 1"), if (per_row) "CPU µs a row"))
    for (name in names) {
        medians <- vapply(c("wall", "cpu", "peak"), function(column) compared(group, rows, column, name, ""), 0)
        row(c(if (per_row) paste(whole(name), "rows") else name, numbers(medians),
              number(compared(group, rows, "cpu", name, names[1])),
              if (per_row) number(1e6 * compared(group, rows, "cpu_per_row", name, ""))))
    }
}

write_computation <- function(group, rows) {
    if (!paste("cifra, reading") %in% names_of(group, rows)) return()
    ours <- compared(group, rows, "computation", "cifra", "")
    peer <- intersect(c("R survey", "data.table by hand"), names_of(group, rows))[1]
    theirs <- compared(group, rows, "computation", peer, "")
    line("\nComputation: ", number(ours), " s, ", peer, " ", number(theirs), " s: ", number(theirs / ours), " times.")
}

write_group <- function(group, rows) {
    rounds <- max(measured$round[measured$group == group & measured$rows == rows])
    line("\n## ", titles[group], if (rows != "-") paste0(", ", whole(rows), " rows"), "\n")
    line("Rounds: ", rounds, ".\n")
    write_commands(group, rows)
    write_computation(group, rows)
    line("\n```")
    for (command in commands$command[commands$group == group & commands$rows == rows]) line(command)
    line("```")
}

write_goal <- function(goal) {
    value <- compared(goal$group, goal$rows, goal$quantity, goal$over, goal$under)
    met <- if (is.na(value)) "not measured" else if (get(goal$sign)(value, goal$bound)) "met" else "missed"
    row(c(goal$goal, paste(goal$sign, number(goal$bound)), number(value), met))
}

line("# Results\n\nWritten by `run.sh`; what is measured and how stands in [README.md](README.md).\n")
head_row(c("", ""))
for (i in seq_len(nrow(facts))) row(facts[i, ])
line("\n## Goals\n")
head_row(c("goal", "wanted", "measured", ""))
for (i in seq_len(nrow(goals))) write_goal(goals[i, ])
line("\n## Answers\n\nLargest relative difference from R `survey` at the first size; of ClickHouse, from cifra.\n")
head_row(c("result", "estimate", "standard error"))
for (i in seq_len(nrow(answers))) row(c(paste0("`", answers$file[i], "`"), format(answers[i, -1], digits = 2)))
groups <- unique(commands[c("group", "rows")])
for (i in seq_len(nrow(groups))) write_group(groups$group[i], groups$rows[i])
