# Rscript selection.R METHOD N n: what benchmark_selection does, by R package sampling.
suppressPackageStartupMessages(library(sampling))
words <- commandArgs(TRUE); units <- as.numeric(words[2]); n <- as.numeric(words[3])
set.seed(1)
pik <- inclusionprobabilities(exp(3 * (((seq_len(units) - 1) * 7919) %% 10007) / 10007), n)
methods <- list(
  frame = length, simple_random = function(p) sum(srswor(n, units)), poisson = function(p) sum(UPpoisson(p)),
  pps_systematic = function(p) sum(UPsystematic(p)), random_systematic = function(p) sum(UPrandomsystematic(p)),
  brewer = function(p) sum(UPbrewer(p)), sampford = function(p) sum(UPsampford(p, max_iter = 1e5)),
  conditional_poisson = function(p) sum(UPmaxentropy(p)), pareto = function(p) length(UPopips(p, type = "pareto")),
  elimination = function(p) sum(UPtille(p)), midzuno = function(p) sum(UPmidzuno(p)),
  ordered_pivotal = function(p) sum(UPpivotal(p)), random_pivotal = function(p) sum(UPrandompivotal(p)))
cat(methods[[words[1]]](pik), "\n")
