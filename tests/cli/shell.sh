# SPDX-License-Identifier: Apache-2.0
# What only a real shell shows: completions that work, pipes that close early, times that do not depend on the machine.
# Arguments: the program, the source folder.
set -u
bridle=$1
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place" || exit 1
export HOME=$place LC_ALL=C.UTF-8
fail() { echo "FAILED: $*"; exit 1; }

"$bridle" demo demo > demo.txt || fail "demo ended with $?"
case=demo/demo.bridle

# A reader that leaves early ends the program quietly.
"$bridle" timeline $case 2> err.txt | head -n 1 > /dev/null
[ -s err.txt ] && fail "a closed pipe was complained about: $(cat err.txt)"

# Nothing depends on the time zone or the locale of the machine.
"$bridle" timeline $case --json > utc.txt
TZ=Asia/Kathmandu LC_ALL=C LANG=tr_TR "$bridle" timeline $case --json > other.txt
cmp -s utc.txt other.txt || fail "the timeline depends on the machine"

# A locale without UTF-8 gets ASCII, and no control character ever comes through.
LC_ALL=C "$bridle" show records ios.messages $case > ascii.txt
LC_ALL=C grep -q '[^ -~]' ascii.txt && fail "other than ASCII under LC_ALL=C"
for artifact in ios.messages ios.whatsapp_messages ios.safari_history; do
  for form in "" --json; do
    "$bridle" show records "$artifact" $case $form | LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" && fail "a control character in $artifact"
  done
done

# Colours only where they were asked for.
esc=$(printf '\033')
"$bridle" show summary $case | grep -q "$esc" && fail "colours in a pipe"
"$bridle" show summary $case --color always | grep -q "$esc" || fail "no colours with --color always"
CLICOLOR_FORCE=1 "$bridle" show summary $case | grep -q "$esc" || fail "no colours with CLICOLOR_FORCE"
NO_COLOR=1 CLICOLOR_FORCE=1 "$bridle" show summary $case | grep -q "$esc" && fail "colours with NO_COLOR"

# Completions.
"$bridle" completions bash > complete.bash && bash -n complete.bash || fail "bash completions are no bash"
source ./complete.bash
complete_words() {
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
  _bridle
  echo " ${COMPREPLY[*]} "
}
[[ $(complete_words bridle ch) == *" check "* ]] || fail "check is not completed"
[[ $(complete_words bridle show rec) == *" records "* ]] || fail "show records is not completed"
[[ $(complete_words bridle check --ca) == *" --case "* ]] || fail "--case is not completed"
[[ $(complete_words bridle check --color a) == *" auto always "* ]] || fail "the words of --color are not completed"
[[ $(complete_words bridle show summary de) == *" demo "* ]] || fail "files are not completed"
for shell in zsh fish; do
  "$bridle" completions $shell > complete.$shell || fail "no completions for $shell"
  if command -v $shell > /dev/null; then $shell -n complete.$shell || fail "$shell completions are no $shell"; fi
done
echo "all as wanted"
