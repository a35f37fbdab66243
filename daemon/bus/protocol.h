/*
 * Names on the bus, shared by the daemon and everything that talks to it. The contract with its
 * meanings is daemon/bus/org.limberd.Limber1.xml.
 */
#pragma once

#define BUS_NAME "org.limberd.Limber1"
#define BUS_PATH "/org/limberd/Limber1"
#define BUS_RULE_PREFIX BUS_PATH "/rule"
#define BUS_BREAK_PREFIX BUS_PATH "/break"
#define BUS_NOTICE_PREFIX BUS_PATH "/notice"

#define BUS_MANAGER BUS_NAME ".Manager"
#define BUS_RULE BUS_NAME ".Rule"
#define BUS_BREAK BUS_NAME ".Break"
#define BUS_NOTICE BUS_NAME ".Notice"

#define BUS_ERROR_NO_SUCH_RULE BUS_NAME ".Error.NoSuchRule"
#define BUS_ERROR_NO_SUCH_EXERCISE BUS_NAME ".Error.NoSuchExercise"
#define BUS_ERROR_NO_BREAK BUS_NAME ".Error.NoBreak"
#define BUS_ERROR_NOT_ALLOWED BUS_NAME ".Error.NotAllowed"
#define BUS_ERROR_LIMIT_REACHED BUS_NAME ".Error.LimitReached"
#define BUS_ERROR_HISTORY_UNAVAILABLE BUS_NAME ".Error.HistoryUnavailable"
