package dev.onceflow.verification.report;

/**
 * What was not done.
 *
 * @param what a kind of fault, a control, a check ...
 * @param why the reason, in words
 */
public record LeftOut(String what, String why) {}
