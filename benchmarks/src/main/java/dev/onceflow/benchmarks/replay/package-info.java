/**
 * Replays and restores shown on the whole pipeline: rows are lost, commands and workers killed,
 * databases set back, while events go on coming; what is left is held against an undisturbed run.
 */
package dev.onceflow.benchmarks.replay;
