# Counts results in CTest's verbose output: "PASSED FAILED". A doctest program counts by its cases, any other test as
# one. A doctest program that ended badly without a failed case (a crash, a time-out) counts as one failure more.
/^[0-9]+: \[doctest\] test cases:/ {
  split($0, field, /[:|]/)
  test = field[1] + 0
  cases[test] = 1
  good[test] += field[4] + 0
  bad[test] += field[5] + 0
}
/^ *[0-9]+\/[0-9]+ Test +#[0-9]+: / {
  match($0, /#[0-9]+/)
  test = substr($0, RSTART + 1, RLENGTH - 1) + 0
  ok = $0 ~ / Passed +[0-9.]+ sec/
  if (cases[test]) {
    passed += good[test]
    failed += bad[test]
    if (!ok && bad[test] == 0) failed++
  } else if (ok) passed++
  else failed++
}
END { print passed + 0, failed + 0 }
