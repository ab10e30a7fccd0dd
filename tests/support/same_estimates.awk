# awk -f same_estimates.awk ORACLE.csv estimates.csv: every estimate of the first file (table,indicator,domain,estimate,se)
# is in the second, with the same estimate and standard error to 1e-8 relative. A standard error that cifra withholds is 0
# or missing in the first.
BEGIN { FS = "," }
function differ(a, b) { d = a - b; m = b < 0 ? -b : b; return (d < 0 ? -d : d) > 1e-8 * m }
/^#/ { next }
FNR == NR { if ($1 != "table") { estimate[$1 FS $2 FS $3] = $4; se[$1 FS $2 FS $3] = $5; wanted++ } next }
($1 FS $2 FS $3) in estimate {
    key = $1 FS $2 FS $3
    found++
    if (differ($5, estimate[key]) || ($6 == "" ? se[key] + 0 != 0 : differ($6, se[key]))) {
        print "not the same: " key; failed = 1
    }
}
END {
    if (found != wanted || wanted == 0) { print found + 0 " of " wanted + 0 " estimates found"; failed = 1 }
    if (!failed) print wanted " estimates are the same"
    exit failed
}
