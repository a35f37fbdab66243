# bash completion for limber

_limber_rules() {
    # Every rule has a line with a bar in it.
    limber status 2>/dev/null | sed -n 's/^\([a-z0-9-]*\) *\[[#-]*\] .*/\1/p'
}

_limber_exercises() {
    limber exercises 2>/dev/null | sed 's/ .*//'
}

# They have blanks, so they come once a letter of them is there, written as bash reads it.
_limber_names() {
    local typed=${1//\\/} name quote=
    case $typed in
    "") return ;;
    [\"\']*)
        quote=${typed:0:1}
        typed=${typed:1}
        ;;
    esac
    limber exercises 2>/dev/null | awk -F '  +' '{ print $4 }' | while IFS= read -r name; do
        [[ $name == "$typed"* ]] || continue
        [ -n "$quote" ] || printf -v name %q "$name"
        printf '%s\n' "$name"
    done
}

_limber_activities() {
    echo "walking running cycling swimming yoga pilates hiking dancing rowing skating skiing climbing gardening housework football tennis gym sports"
    limber exercises --set aerobic 2>/dev/null | sed 's/ .*//'
}

_limber() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]}
    local words='' names=''

    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        words="status next why up done snooze skip pause resume reading rested sit stand inhibit watch show exercises preview guide another rate hurts sore consent safety log stats export simulate doctor help --help --version"
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
        return
    fi
    case $verb in
    doctor) words="--no-live --json" ;;
    status | next) words="--json" ;;
    safety) words="--json general slowly stop emergency doctor hurts" ;;
    why) words="--json --lines $(_limber_rules) daily posture" ;;
    up) words=$(_limber_rules) ;;
    preview) words="--json $(_limber_rules)" ;;
    guide) words="--bell $(_limber_rules)" ;;
    hurts)
        words="--mistake $(_limber_exercises)"
        names=yes
        ;;
    rate)
        words="like dislike easy hard hurts"
        if [ "$COMP_CWORD" -eq 2 ]; then
            words=$(_limber_exercises)
            names=yes
        fi
        ;;
    sore) words="--over --json neck shoulders upper-back lower-back chest arms forearms wrists belly hips glutes thighs hamstrings calves legs whole-body" ;;
    consent) words="yes no" ;;
    stats) words="day week month --json" ;;
    export) words="--csv --json" ;;
    log)
        words="add remove --lines --json"
        [ "${COMP_WORDS[2]}" != remove ] || words="10min 20min 30min 1h"
        [ "${COMP_WORDS[2]}" != add ] || words="10min 20min 30min 1h"
        [ "$before" != add ] && [ "$before" != remove ] || words=$(_limber_activities)
        ;;
    snooze) words="2min 5min 10min 30min" ;;
    pause) words="until 30min 1h 2h" ;;
    reading) words="on off until 30min 1h 2h" ;;
    rested) words="5min 10min 30min 1h" ;;
    watch) words="--decisions --json --live" ;;
    simulate)
        case $before in
        --preset)
            words="ergonomic quiet hse austria ontario tuc 20-20-20 back recovering workrave gnome"
            ;;
        --seed) ;;
        *)
            words="--json --seed --preset --config --take-breaks --as-recorded"
            if [[ $word != -* ]]; then
                mapfile -t COMPREPLY < <(compgen -f -- "$word")
                return
            fi
            ;;
        esac
        ;;
    show)
        words="--json $(_limber_exercises)"
        names=yes
        ;;
    help) words="status next why up done snooze skip pause resume reading rested sit stand inhibit watch show exercises preview guide another rate hurts sore consent safety log stats export simulate doctor help" ;;
    exercises)
        case $before in
        --set) words="warm-up stretching strengthening core posture aerobic yoga-pilates eyes lifestyle" ;;
        --region) words="neck upper-back lower-back shoulders chest hips hamstrings wrists eyes core legs whole-body" ;;
        --place) words="desk room mat" ;;
        *) words="--set --region --place --discreet --allowed --json" ;;
        esac
        ;;
    inhibit)
        if [[ $word == -* ]]; then
            words="--why --anyway --"
        else
            mapfile -t COMPREPLY < <(compgen -c -- "$word")
            return
        fi
        ;;
    esac
    mapfile -t COMPREPLY < <(
        compgen -W "$words" -- "$word"
        [ -z "$names" ] || _limber_names "$word"
    )
}

complete -F _limber limber
